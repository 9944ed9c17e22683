package io.mmulab.kernel.reclaim;

import java.util.Collection;
import java.util.List;

import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.PageTable;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.vma.AnonVma;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.Vma;

/** {@code swapon} and {@code swapoff} of {@code mm/swapfile.c}. */
public final class Swapping {
    private final PageTableOps ops;
    private final Frames frames;
    private final Lru lru;
    private final SwapArea swap;
    private final CurrentActor current;

    Swapping(PageTableOps ops, Frames frames, Lru lru, SwapArea swap, CurrentActor current) {
        this.ops = ops;
        this.frames = frames;
        this.lru = lru;
        this.swap = swap;
        this.current = current;
    }

    /** {@code swapon}. */
    public void on() {
        swap.turn(true);
    }

    /**
     * {@code swapoff}: brings everything back into memory ({@code try_to_unuse}).
     *
     * @return whether memory was enough; if not, swap stays on
     */
    public boolean off(List<AddressSpace> spaces, Collection<MappedFile> files) {
        swap.turn(false);
        for (AddressSpace mm : spaces) {
            if (mm.swapEntries() > 0 && !unuse(mm)) {
                swap.turn(true);
                return false;
            }
        }
        for (MappedFile file : files) {
            if (!file.swapInAll(frames)) {
                swap.turn(true);
                return false;
            }
        }
        swap.freeAll();
        return true;
    }

    /** {@code unuse_mm}. */
    private boolean unuse(AddressSpace mm) {
        for (int i = 0; i < mm.vmas().size(); i++) {
            Vma vma = mm.vmas().at(i);
            PageTable table = mm.pageTable();
            for (long at = table.nextEntry(vma.start(), vma.end()); at < vma.end(); at = table
                    .nextEntry(at + mm.pageSize(), vma.end())) {
                long pte = ops.get(mm, at);
                if (Pte.isSwap(pte) && !unuse(mm, vma, at, pte)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** {@code unuse_pte}: old and read-only, so that the next access tells more. */
    private boolean unuse(AddressSpace mm, Vma vma, long at, long entry) {
        int slot = Pte.frame(entry);
        int frame = swap.cachedFrame(slot);
        if (frame == Frames.NO_FRAME) {
            frame = frames.alloc(Frames.SWAPBACKED);
            if (frame == Frames.NO_FRAME) {
                return false;
            }
            swap.addToCache(slot, frame);
            swap.read(slot, frame);
            lru.add(frame);
        } else {
            frames.get(frame);
        }
        current.get().lock(LockKind.PTL);
        boolean exclusive = Pte.swpExclusive(entry);
        addRmap(mm, vma, at, frame, exclusive);
        ops.setPte(mm, at, Pte.of(frame, Pte.wrprotect(vma.pageProt()) | (entry & (Pte.SOFT_DIRTY | Pte.UFFD_WP))));
        mm.addAnonPages(1);
        mm.addSwapEntries(-1);
        swap.free(slot);
        current.get().unlock(LockKind.PTL);
        return true;
    }

    private void addRmap(AddressSpace mm, Vma vma, long at, int frame, boolean exclusive) {
        AnonVma anonVma = vma.anonVma();
        if (!frames.has(frame, Frames.ANON) && anonVma != null) {
            frames.setMapping(frame, exclusive ? anonVma : anonVma.root(), vma.pageIndex(at));
        }
        frames.set(frame, exclusive ? Frames.ANON | Frames.ANON_EXCLUSIVE : Frames.ANON);
        frames.addRmap(frame, mm.id());
    }
}
