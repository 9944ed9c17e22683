package io.mmulab.kernel.thp;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PmdOps;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * What system calls do to a huge leaf as a whole ({@code mm/huge_memory.c}): unmap, protect, copy for fork, move. Addresses
 * are those of the leaf's first byte. The caller has made sure that a huge leaf is there and lies wholly in its range.
 */
public final class HugePmds {
    private final int pages;
    private final PmdOps pmds;
    private final MmuGather gather;
    private final Frames frames;
    private final CurrentActor current;
    private final boolean flushesUnchanged;
    private final boolean upgradesInMprotect;
    private final boolean softDirty;

    /** For one machine. */
    public HugePmds(Architecture architecture, KernelVersion version, PmdOps pmds, MmuGather gather, Frames frames,
            CurrentActor current) {
        this.pages = pmds.pages();
        this.pmds = pmds;
        this.gather = gather;
        this.frames = frames;
        this.current = current;
        this.flushesUnchanged =
                !version.isIn(architecture.flushes().changedEntriesOnly());
        this.upgradesInMprotect = version.has(VersionRule.PMD_WRITE_UPGRADE_IN_MPROTECT);
        this.softDirty = architecture.softDirty();
    }

    /** {@code HPAGE_PMD_SIZE}. */
    public long size() {
        return pmds.size();
    }

    /** Whether a huge leaf of the PMD level maps the address ({@code pmd_trans_huge}). */
    public boolean isHuge(AddressSpace mm, long address) {
        return Pte.isHuge(mm.pageTable().entry(address, PmdOps.LEVEL));
    }

    /** {@code zap_huge_pmd}: the open gather flushes and frees. */
    public void zap(AddressSpace mm, Vma vma, long address) {
        current.get().lock(LockKind.PTL);
        long pmd = pmds.getAndClear(mm, address);
        gather.addPage(address, pmds.size());
        if (!Pte.special(pmd)) {
            release(mm, vma, pmd);
        }
        current.get().unlock(LockKind.PTL);
    }

    private void release(AddressSpace mm, Vma vma, long pmd) {
        int head = Pte.frame(pmd);
        frames.removeEntireRmap(head, mm.id());
        if (frames.has(head, Frames.ANON)) {
            mm.addAnonPages(-pages);
        } else {
            MappedFile file = vma.file();
            mm.addFilePages(-pages, file != null && file.kind() == MappedFile.Kind.TMPFS);
            if (Pte.dirty(pmd)) {
                frames.markDirty(head);
            }
        }
        gather.addFrame(mm, head);
    }

    /**
     * {@code change_huge_pmd}: new rights, as {@code change_pte_range} gives them to a PTE.
     *
     * @param prot see {@link Vma#pageProt}
     * @param uffdWp write-protect for userfaultfd
     * @param resolve take that protection away
     * @param tryWritable make it writable if no write fault is needed
     */
    public void change(AddressSpace mm, Vma vma, long address, long prot, boolean uffdWp, boolean resolve,
            boolean tryWritable) {
        current.get().lock(LockKind.PTL);
        long before = pmds.invalidateAd(mm, address);
        long after = Pte.modify(before, prot);
        if (uffdWp) {
            after = Pte.mkuffdWp(after);
        } else if (resolve) {
            after = Pte.clearUffdWp(after);
        }
        if (tryWritable && upgradesInMprotect && !Pte.write(after) && canChangeWritable(vma, after)) {
            after |= Pte.WRITE;
        }
        pmds.set(mm, address, after);
        if (flushesUnchanged || needsFlush(before, after)) {
            gather.addPage(address, pmds.size());
        }
        current.get().unlock(LockKind.PTL);
    }

    /** {@code huge_pmd_needs_flush}. */
    private static boolean needsFlush(long before, long after) {
        return Pte.valid(before) && ((before ^ after) & ~Pte.SOFTWARE) != 0;
    }

    /** {@code can_change_pmd_writable}. */
    private boolean canChangeWritable(Vma vma, long pmd) {
        boolean softDirtyFault = softDirty && !vma.has(VmFlags.SOFTDIRTY) && !Pte.softDirty(pmd);
        if (!Pte.valid(pmd) || softDirtyFault || (vma.has(VmFlags.UFFD_WP) && Pte.uffdWp(pmd))) {
            return false;
        }
        return vma.has(VmFlags.SHARED) ? Pte.dirty(pmd)
                : !Pte.special(pmd) && frames.has(Pte.frame(pmd), Frames.ANON | Frames.ANON_EXCLUSIVE);
    }

    /**
     * {@code copy_huge_pmd}: fork shares the huge page, write-protected on both sides. A file's leaf is left to be faulted in
     * again.
     */
    public void copy(AddressSpace parent, AddressSpace child, Vma vma, long address) {
        if (!vma.isAnonymous()) {
            return;
        }
        current.get().lock(LockKind.PTL);
        long pmd = pmds.get(parent, address);
        if (!Pte.special(pmd)) {
            int head = Pte.frame(pmd);
            frames.get(head);
            frames.addEntireRmap(head, child.id());
            frames.clear(head, Frames.ANON_EXCLUSIVE);
            child.addAnonPages(pages);
        }
        pmds.setWrprotect(parent, address);
        long copy = Pte.mkold(Pte.wrprotect(pmd));
        pmds.set(child, address, vma.has(VmFlags.UFFD_WP) ? copy : Pte.clearUffdWp(copy));
        current.get().unlock(LockKind.PTL);
    }

    /**
     * {@code move_huge_pmd}: mremap moves the leaf; the old place is flushed.
     *
     * @return whether it was moved; false if a table is at the new place
     */
    public boolean move(AddressSpace mm, long from, long to) {
        if (pmds.get(mm, to) != Pte.NONE) {
            return false;
        }
        current.get().lock(LockKind.PTL);
        long pmd = pmds.getAndClear(mm, from);
        pmds.set(mm, to, Pte.mksoftDirty(pmd));
        if (Pte.present(pmd)) {
            pmds.flushMoved(mm, from);
        }
        current.get().unlock(LockKind.PTL);
        return true;
    }
}
