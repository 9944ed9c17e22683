package io.mmulab.web;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.mmulab.kernel.machine.Address;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.proc.PageView;
import io.mmulab.kernel.proc.Pagemap;
import io.mmulab.kernel.proc.PteLetters;
import io.mmulab.kernel.proc.SmapsEntry;
import io.mmulab.kernel.vma.Vma;
import io.mmulab.lab.Machines;

/** What {@code /proc/PID} shows of an address space: smaps, status and pagemap; maps is the list of VMAs. */
@RestController
@Tag(name = "address spaces")
class ProcController {
    private static final String START = "0x0";

    private final Machines machines;

    ProcController(Machines machines) {
        this.machines = machines;
    }

    /**
     * A page, as /proc/PID/pagemap, /proc/kpagecount and /proc/kpageflags show it.
     *
     * @param address of the page
     * @param entry the page-table entry: r present or N PROT_NONE, w writable, A accessed, D dirty, S soft-dirty, U uffd-wp,
     *        c contiguous; absent if nothing is present
     * @param level of the entry: 0 PTE, 1 PMD, 2 PUD; -1 if nothing is present
     * @param frame number of the page frame; 0 if nothing is present
     * @param mapcount entries that map the frame
     * @param exclusive mapped once (bit 56)
     * @param anonExclusive PageAnonExclusive
     * @param file of a file or shared anonymous memory (bit 61)
     * @param swap swapped out or under migration (bit 62)
     * @param softDirty written since soft-dirty was cleared (bit 55)
     * @param uffdWp write-protected by userfaultfd (bit 57)
     * @param guard part of a guard region (bit 58)
     */
    record PagemapEntry(@Address long address, @Nullable String entry, int level, int frame, int mapcount,
            boolean exclusive, boolean anonExclusive, boolean file, boolean swap, boolean softDirty, boolean uffdWp,
            boolean guard) {

        static PagemapEntry of(long address, PageView page, PteLetters letters) {
            return new PagemapEntry(address, page.present() ? letters.of(page.pte()) : null, page.level(), page.frame(),
                    page.mapcount(), page.exclusive(), page.anonExclusive(), page.file(), page.swap(), page.softDirty(),
                    page.uffdWp(), page.guard());
        }
    }

    @Operation(operationId = "getSmaps", summary = "smaps",
            description = "What each VMA holds, in bytes, in order of address, those that end after start. As text/plain: all "
                    + "of them, in the form of /proc/PID/smaps. Referenced counts accessed entries; PG_referenced has no "
                    + "part in it.")
    @GetMapping(path = ApiPaths.SPACE + "/smaps", produces = MediaType.APPLICATION_JSON_VALUE)
    Listing<SmapsView> smaps(@PathVariable String machine, @PathVariable int addressSpace,
            @RequestParam(defaultValue = START) AddressParameter start,
            @RequestParam(defaultValue = "1000") @Min(1) @Max(Page.MAX_LIMIT) int limit) {
        return machines.look(machine, here -> Listing.of(entries(here, addressSpace, start.value(), limit + 1).stream()
                .map(SmapsView::of).toList(), limit));
    }

    @Operation(operationId = "getSmaps", summary = "smaps")
    @GetMapping(path = ApiPaths.SPACE + "/smaps", produces = MediaType.TEXT_PLAIN_VALUE)
    String smapsText(@PathVariable String machine, @PathVariable int addressSpace) {
        return machines.look(machine, here -> SmapsText.of(here.addressSpace(addressSpace),
                entries(here, addressSpace, 0, Integer.MAX_VALUE)));
    }

    private static List<SmapsEntry> entries(Machine machine, int addressSpace, long start, int limit) {
        AddressSpace mm = machine.addressSpace(addressSpace);
        List<SmapsEntry> entries = new ArrayList<>();
        int first = start < 0 ? mm.vmas().size() : mm.vmas().positionAtOrAfter(start);
        for (int i = first; i < mm.vmas().size() && entries.size() < limit; i++) {
            entries.add(machine.smaps().entry(mm, mm.vmas().at(i)));
        }
        return entries;
    }

    @Operation(operationId = "getStatus", summary = "status",
            description = "Sizes of the address space in bytes, and its faults. As text/plain: the Vm lines of "
                    + "/proc/PID/status.")
    @GetMapping(path = ApiPaths.SPACE + "/status", produces = MediaType.APPLICATION_JSON_VALUE)
    StatusView status(@PathVariable String machine, @PathVariable int addressSpace) {
        return machines.look(machine, here -> StatusView.of(here.addressSpace(addressSpace)));
    }

    @Operation(operationId = "getStatus", summary = "status")
    @GetMapping(path = ApiPaths.SPACE + "/status", produces = MediaType.TEXT_PLAIN_VALUE)
    String statusText(@PathVariable String machine, @PathVariable int addressSpace) {
        return machines.look(machine, here -> StatusView.of(here.addressSpace(addressSpace)).text());
    }

    @Operation(operationId = "getPagemap", summary = "pagemap",
            description = "The pages of [start, end) that have anything to show, in order of address. As "
                    + "application/octet-stream: 64 bits a page, little endian, for limit pages from start, as in "
                    + "/proc/PID/pagemap.")
    @GetMapping(path = ApiPaths.SPACE + "/pagemap", produces = MediaType.APPLICATION_JSON_VALUE)
    Listing<PagemapEntry> pagemap(@PathVariable String machine, @PathVariable int addressSpace,
            @RequestParam(defaultValue = START) AddressParameter start,
            @RequestParam(required = false) @Nullable AddressParameter end,
            @RequestParam(defaultValue = "1000") @Min(1) @Max(Page.MAX_LIMIT) int limit) {
        return machines.look(machine,
                here -> Listing.of(
                        pages(here, here.addressSpace(addressSpace), start.value(), end == null ? -1 : end.value(),
                                limit + 1),
                        limit));
    }

    private static List<PagemapEntry> pages(Machine machine, AddressSpace mm, long start, long end, int limit) {
        List<PagemapEntry> found = new ArrayList<>();
        Pagemap pagemap = machine.pagemap();
        var letters = new PteLetters(machine.spec().architecture());
        long stop = Long.compareUnsigned(end, mm.taskSize()) < 0 ? end : mm.taskSize();
        long at = Long.compareUnsigned(start, stop) < 0 ? start & -mm.pageSize() : stop;
        for (at = mm.pageTable().nextEntry(at, stop); at < stop && found.size() < limit; at = mm.pageTable()
                .nextEntry(at + mm.pageSize(), stop)) {
            Vma vma = mm.vmas().lookup(at);
            if (vma != null) {
                found.add(PagemapEntry.of(at, pagemap.page(mm, vma, at), letters));
            }
        }
        return found;
    }

    @Operation(operationId = "getPagemap", summary = "pagemap")
    @GetMapping(path = ApiPaths.SPACE + "/pagemap", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    byte[] pagemapBits(@PathVariable String machine, @PathVariable int addressSpace,
            @RequestParam(defaultValue = START) AddressParameter start,
            @RequestParam(defaultValue = "1000") @Min(1) @Max(Page.MAX_LIMIT) int limit) {
        return machines.look(machine, here -> bits(here, here.addressSpace(addressSpace), start.value(), limit));
    }

    private static byte[] bits(Machine machine, AddressSpace mm, long start, int pages) {
        ByteBuffer buffer = ByteBuffer.allocate(pages * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long at = start & -mm.pageSize();
        for (int i = 0; i < pages; i++, at += mm.pageSize()) {
            Vma vma = at < 0 ? null : mm.vmas().lookup(at);
            buffer.putLong(vma == null ? 0 : bits(machine.pagemap().page(mm, vma, at)));
        }
        return buffer.array();
    }

    /** The bits of {@code Documentation/admin-guide/mm/pagemap.rst}. */
    private static long bits(PageView page) {
        return page.frame() | bit(55, page.softDirty()) | bit(56, page.exclusive()) | bit(57, page.uffdWp())
                | bit(58, page.guard()) | bit(61, page.file()) | bit(62, page.swap()) | bit(63, page.present());
    }

    private static long bit(int number, boolean set) {
        return set ? 1L << number : 0;
    }
}
