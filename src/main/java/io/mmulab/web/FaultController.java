package io.mmulab.web;

import java.util.List;

import io.swagger.v3.oas.annotations.Operation;
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

import io.mmulab.history.Journal;
import io.mmulab.history.JournalRow;
import io.mmulab.kernel.machine.AccessKind;
import io.mmulab.kernel.machine.Address;
import io.mmulab.kernel.machine.Operation.Access;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.lab.Machines;

/** Faults of an address space. */
@RestController
@Tag(name = "faults")
class FaultController {
    private static final String PATH = ApiPaths.SPACE + "/faults";

    private final Machines machines;
    private final Applied applied;
    private final Journal journal;
    private final JournalView view;

    FaultController(Machines machines, Applied applied, Journal journal, JournalView view) {
        this.machines = machines;
        this.applied = applied;
        this.journal = journal;
        this.view = view;
    }

    /**
     * An access of one byte.
     *
     * @param cpu 0 unless said otherwise
     * @param value what a write stores, 0 to 255; 0 unless said otherwise
     * @param address the byte that is accessed
     * @param access what is done
     */
    record CpuAccess(@Address long address, AccessKind access, @Nullable Integer cpu, @Nullable Integer value) {}

    /**
     * The faults of one operation.
     *
     * @param operation its number
     * @param faultCount all faults of the operation, in whatever address space
     * @param faults the first of them, those of this address space
     */
    record FaultsOfOperation(long operation, long faultCount, List<Outcome.Fault> faults) {}

    @Operation(operationId = "touchMemory", summary = "Access a byte",
            description = "A CPU reads, writes or executes; faults as often as it must. The outcome has the path of each "
                    + "fault, and the signal if there is one.")
    @PostMapping(PATH)
    Outcome touch(@PathVariable String machine, @PathVariable int addressSpace, @RequestBody CpuAccess request) {
        Integer cpu = request.cpu();
        Integer value = request.value();
        return applied.on(machine, addressSpace, new Access(addressSpace, cpu == null ? 0 : cpu, request.address(),
                request.access(), value == null ? 0 : value));
    }

    @Operation(operationId = "listFaults", summary = "List faults",
            description = "Those that were taken so far, by operation. The limit counts operations.")
    @GetMapping(PATH)
    Page<FaultsOfOperation> list(@PathVariable String machine, @PathVariable int addressSpace,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit) {
        machines.find(machine);
        String query = "faults of " + machine + " " + addressSpace;
        return Page.of(journal.readWithFaults(machine, Cursor.number(cursor, query), limit + 1), limit,
                row -> faults(row, addressSpace), row -> new Cursor(query, Long.toString(row.seq())).encode());
    }

    private FaultsOfOperation faults(JournalRow row, int addressSpace) {
        return new FaultsOfOperation(row.seq(), row.faults(),
                view.outcome(row).faults().stream().filter(fault -> fault.mm() == addressSpace).toList());
    }
}
