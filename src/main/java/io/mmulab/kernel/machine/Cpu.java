package io.mmulab.kernel.machine;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.fault.PageFault;
import io.mmulab.kernel.fault.VmFault;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.tlb.CpuTlb;
import io.mmulab.kernel.tlb.CpuTlbs;

/**
 * A CPU: looks into its TLB, walks the page table, sets the hardware's bits, and faults until the access goes through or a
 * signal is due. A hit touches the TLB and the frame, nothing else.
 */
public final class Cpu {
    /** More faults than any access needs; beyond it, the handler makes no progress. */
    private static final int MAX_FAULTS = 16;
    /** Faults after which other work has pushed an old entry out of the TLB. */
    private static final int STALE_FAULTS = 8;

    private final CpuTlbs tlbs;
    private final int number;
    private final CpuTlb tlb;
    private final PageTableOps ops;
    private final PageFault faults;
    private final Frames frames;
    private final SimulatedClock clock;
    private final boolean hardwareAccess;
    private final boolean hardwareDirty;
    private final boolean permissionFaultEvicts;
    private final long hitCost;
    private final long walkCost;
    private byte lastValue;

    Cpu(int number, Architecture architecture, CpuTlbs tlbs, PageTableOps ops, PageFault faults, Frames frames,
            SimulatedClock clock) {
        this.number = number;
        this.tlbs = tlbs;
        this.tlb = tlbs.of(number);
        this.ops = ops;
        this.faults = faults;
        this.frames = frames;
        this.clock = clock;
        this.hardwareAccess = architecture.entries().hardwareAccess();
        this.hardwareDirty = architecture.entries().hardwareDirty();
        this.permissionFaultEvicts = architecture.flushes().permissionFaultEvicts();
        this.hitCost = architecture.costs().tlbHit();
        this.walkCost = architecture.costs().tlbWalk();
    }

    /** The byte that the last access read or wrote. */
    public byte lastValue() {
        return lastValue;
    }

    /** Other programs have used up the TLB. */
    void evictTlb() {
        tlb.dropEverything();
    }

    /**
     * One access of the first byte of a page, or of any byte where nobody asks which.
     *
     * @param address within the page; what is reported of a fault
     * @return {@link VmFault#OK}, or the error bits of the fault that ended it
     */
    public int access(AddressSpace mm, long address, AccessKind kind, byte value) {
        // Read before the look-up: a fifth more hits a second than AccessKind.isAllowedBy here, measured by CoreBench.
        long needed = kind.needed();
        long pte = tlb.lookup(mm.id(), address);
        clock.advance(hitCost);
        if ((pte & needed) == needed) {
            touch(pte, kind, value);
            return VmFault.OK;
        }
        return miss(mm, address, 0, kind, value, pte);
    }

    /**
     * One access of the byte at an address.
     *
     * @return as {@link #access}
     */
    int accessByte(AddressSpace mm, long address, AccessKind kind, byte value) {
        int offset = mm.offsetInPage(address);
        if (offset == 0) {
            return access(mm, address, kind, value);
        }
        long pte = tlb.lookup(mm.id(), address);
        clock.advance(hitCost);
        if (kind.isAllowedBy(pte)) {
            touch(pte, offset, kind, value);
            return VmFault.OK;
        }
        return miss(mm, address, offset, kind, value, pte);
    }

    private int miss(AddressSpace mm, long address, int offset, AccessKind kind, byte value, long cached) {
        return Long.compareUnsigned(address, mm.taskSize()) >= 0 ? VmFault.SIGSEGV | PageFault.MAPERR
                : walkAndFault(mm, address, offset, kind, value, cached);
    }

    private int walkAndFault(AddressSpace mm, long address, int offset, AccessKind kind, byte value, long cached) {
        tlbs.activate(number, mm);
        boolean held = cached != Pte.NONE && !permissionFaultEvicts;
        boolean stale = cached != Pte.NONE && !looksAgain(mm, address, kind, cached);
        long page = address & -mm.pageSize();
        for (int attempt = 0; attempt < MAX_FAULTS; attempt++) {
            long pte = stale ? Pte.NONE : walk(mm, page, kind);
            if (kind.isAllowedBy(pte)) {
                cache(mm, address, pte, held);
                touch(pte, offset, kind, value);
                return VmFault.OK;
            }
            tlbs.enter(number);
            int result = faults.user(mm, address, kind.faultFlags());
            tlbs.leave();
            if (VmFault.isError(result)) {
                return result;
            }
            stale = stale && isStillStale(mm, address, cached, attempt);
        }
        return VmFault.OOM;
    }

    private boolean isStillStale(AddressSpace mm, long address, long cached, int attempt) {
        return attempt < STALE_FAULTS && tlb.lookup(mm.id(), address) == cached;
    }

    private void cache(AddressSpace mm, long address, long pte, boolean held) {
        if (held) {
            tlb.insert(mm.id(), address, pte);
        } else {
            tlb.fill(mm.id(), address, pte);
        }
    }

    /** Whether the CPU walks the table when what it has cached does not allow an access; else it faults at once. */
    private boolean looksAgain(AddressSpace mm, long address, AccessKind kind, long cached) {
        if (permissionFaultEvicts) {
            tlb.dropPage(mm.id(), address);
            return true;
        }
        return hardwareDirty && kind == AccessKind.WRITE && Pte.write(cached);
    }

    /**
     * The hardware's walk: the entry with the bits that the hardware sets itself, or what there is. They are written only if
     * the access is permitted.
     */
    private long walk(AddressSpace mm, long page, AccessKind kind) {
        clock.advance(walkCost);
        long pte = ops.walk(mm, page);
        if (!Pte.valid(pte)) {
            return Pte.NONE;
        }
        long updated = pte;
        if (!Pte.young(pte)) {
            if (!hardwareAccess) {
                return Pte.NONE;
            }
            updated = Pte.mkyoung(updated);
        }
        if (kind == AccessKind.WRITE && hardwareDirty && Pte.write(pte)) {
            updated |= Pte.DIRTY;
        }
        long cached = asCached(updated);
        if (updated != pte && kind.isAllowedBy(cached)) {
            ops.hardwareUpdate(mm, page, updated);
        }
        return cached;
    }

    /** Execute-only memory is there for fetches alone: no access asks for it by PRESENT, so a hit needs no second test. */
    private static long asCached(long pte) {
        return (pte & Pte.EXECUTE_ONLY) != 0 ? pte & ~Pte.PRESENT : pte;
    }

    private void touch(long pte, AccessKind kind, byte value) {
        int frame = Pte.frame(pte);
        if (kind == AccessKind.WRITE) {
            frames.write(frame, value);
            lastValue = value;
        } else {
            lastValue = frames.content(frame);
        }
    }

    private void touch(long pte, int offset, AccessKind kind, byte value) {
        int frame = Pte.frame(pte);
        if (kind == AccessKind.WRITE) {
            frames.write(frame, offset, value);
            lastValue = value;
        } else {
            lastValue = frames.content(frame, offset);
        }
    }
}
