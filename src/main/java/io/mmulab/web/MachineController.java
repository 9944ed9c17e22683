package io.mmulab.web;

import java.net.URI;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.mmulab.history.MachineRow;
import io.mmulab.lab.Machines;
import io.mmulab.lab.definition.Definitions;

/** Machines. */
@RestController
@Tag(name = "machines")
class MachineController {
    private static final String LIST = "machines";

    private final Machines machines;
    private final Definitions definitions;

    MachineController(Machines machines, Definitions definitions) {
        this.machines = machines;
        this.definitions = definitions;
    }

    @Operation(operationId = "createMachine", summary = "Make a machine",
            description = "A simulated computer with one process (address space 1), to which the devices are bound.")
    @PostMapping(ApiPaths.MACHINES)
    ResponseEntity<MachineView> create(@Valid @RequestBody MachineRequest request) {
        var machine = machines.create(request.toNewMachine(definitions));
        return ResponseEntity.created(URI.create(ApiPaths.MACHINES + "/" + machine.id())).body(MachineView.of(machine));
    }

    @Operation(operationId = "listMachines", summary = "List machines", description = "Oldest first.")
    @GetMapping(ApiPaths.MACHINES)
    Page<MachineView> list(@RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit) {
        return Page.of(machines.list(Cursor.position(cursor, LIST), limit + 1), limit, MachineView::of,
                (MachineRow row) -> new Cursor(LIST, row.id()).encode());
    }

    @Operation(operationId = "getMachine", summary = "Get a machine",
            description = "What it is built from, and how far it is. Its ETag is the number of its last operation.")
    @GetMapping(ApiPaths.MACHINE)
    ResponseEntity<MachineView> get(@PathVariable String machine) {
        MachineRow row = machines.find(machine);
        return ResponseEntity.ok().eTag(ChangedVersion.tag(row.operations())).body(MachineView.of(row));
    }

    @Operation(operationId = "deleteMachine", summary = "Delete a machine",
            description = "Its journal and its events go with it.")
    @DeleteMapping(ApiPaths.MACHINE)
    ResponseEntity<Void> delete(@PathVariable String machine) {
        machines.delete(machine);
        return ResponseEntity.noContent().build();
    }
}
