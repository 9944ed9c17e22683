package io.mmulab.web;

import java.util.ArrayList;
import java.util.List;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.mmulab.kernel.machine.Address;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.lab.Machines;

/** The page table of an address space. */
@RestController
@Tag(name = "address spaces")
class PageTableController {
    private final Machines machines;

    PageTableController(Machines machines) {
        this.machines = machines;
    }

    /**
     * A page-table entry.
     *
     * @param present valid to the hardware
     * @param protNone a page without rights, invisible to the hardware
     * @param special the zero page
     * @param frame number of the page frame
     * @param content the first byte of the page
     * @param refcount references to the frame
     * @param mapcount mappings of the frame
     * @param address of the page
     * @param write pte_write: the kernel lets it be written; hardware may still want it dirty first
     * @param exec instructions may be fetched
     * @param young pte_young: accessed
     * @param dirty pte_dirty: written
     */
    record PageTableEntry(@Address long address, boolean present, boolean write, boolean exec, boolean young,
            boolean dirty,
            boolean protNone, boolean special, int frame, int content, int refcount, int mapcount) {

        static PageTableEntry of(long address, long pte, Frames frames) {
            int frame = Pte.frame(pte);
            return new PageTableEntry(address, Pte.valid(pte), Pte.write(pte), (pte & Pte.EXEC) != 0, Pte.young(pte),
                    Pte.dirty(pte), (pte & Pte.PROTNONE) != 0, Pte.special(pte), frame, frames.content(frame) & 0xff,
                    frames.refcount(frame), frames.mapcount(frame));
        }
    }

    @Operation(operationId = "getPageTable", summary = "Walk the page table",
            description = "The entries of [start, end), in order of address; those that are none are left out.")
    @GetMapping(ApiPaths.SPACE + "/page-table")
    Listing<PageTableEntry> walk(@PathVariable String machine, @PathVariable int addressSpace,
            @RequestParam(defaultValue = "0x0") AddressParameter start,
            @RequestParam(required = false) @Nullable AddressParameter end,
            @RequestParam(defaultValue = "1000") @Min(1) @Max(Page.MAX_LIMIT) int limit) {
        return machines.look(machine,
                here -> Listing.of(
                        entries(here, addressSpace, start.value(), end == null ? -1 : end.value(), limit + 1), limit));
    }

    private static List<PageTableEntry> entries(Machine machine, int addressSpace, long start, long end, int limit) {
        var mm = machine.addressSpace(addressSpace);
        List<PageTableEntry> entries = new ArrayList<>();
        long stop = Long.compareUnsigned(end, mm.taskSize()) < 0 ? end : mm.taskSize();
        long at = Long.compareUnsigned(start, stop) < 0 ? start & -mm.pageSize() : stop;
        for (at = mm.pageTable().nextEntry(at, stop); at < stop && entries.size() < limit; at = mm.pageTable()
                .nextEntry(at + mm.pageSize(), stop)) {
            entries.add(PageTableEntry.of(at, mm.pageTable().get(at), machine.frames()));
        }
        return entries;
    }
}
