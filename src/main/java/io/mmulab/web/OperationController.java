package io.mmulab.web;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.mmulab.kernel.machine.Outcome;
import io.mmulab.lab.Machines;

/** The operations of a machine. */
@RestController
@Tag(name = "operations")
class OperationController {
    private static final String PATH = ApiPaths.MACHINE + "/operations";

    private final Machines machines;
    private final JournalView journal;

    OperationController(Machines machines, JournalView journal) {
        this.machines = machines;
        this.journal = journal;
    }

    @io.swagger.v3.oas.annotations.Operation(operationId = "applyOperations", summary = "Apply operations",
            description = "One operation or an array of them, in order. All are applied, or none. A system call that "
                    + "fails is an operation like any other: its outcome has an error.")
    @PostMapping(PATH)
    List<Outcome> apply(@PathVariable String machine,
            @RequestBody OperationList operations) {
        return machines.apply(machine, operations.inOrder());
    }

    @io.swagger.v3.oas.annotations.Operation(operationId = "applyOperations", summary = "Apply operations",
            description = "One operation or an array of them, in order; or, as text/x-mm, a script with one operation a line. "
                    + "All are applied, or none. A system call that fails is an operation like any other: its outcome has an "
                    + "error. A script's first process, P, is the first address space that is alive.")
    @PostMapping(path = PATH, consumes = MediaTypes.MM_SCRIPT)
    List<Outcome> play(@PathVariable String machine, InputStream body) throws IOException {
        return machines.play(machine, Scripts.read(body));
    }

    @io.swagger.v3.oas.annotations.Operation(operationId = "listOperations", summary = "Read the journal",
            description = "The operations of a machine with their outcomes, in order.")
    @GetMapping(PATH)
    Page<JournalView.JournalEntry> list(@PathVariable String machine,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit) {
        return journal.page(machines.find(machine).id(), cursor, limit);
    }
}
