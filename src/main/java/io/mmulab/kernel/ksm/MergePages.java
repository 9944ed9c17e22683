package io.mmulab.kernel.ksm;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.vma.Vma;

/** {@code try_to_merge_one_page()}: write-protects a page, then makes it the shared one or puts the shared one in its place. */
final class MergePages {
    private final PageTableOps ops;
    private final MmuNotifiers notifiers;
    private final Frames frames;
    private final Lru lru;
    private final CurrentActor current;

    MergePages(PageTableOps ops, MmuNotifiers notifiers, Frames frames, Lru lru, CurrentActor current) {
        this.ops = ops;
        this.notifiers = notifiers;
        this.frames = frames;
        this.lru = lru;
        this.current = current;
    }

    /**
     * Merges the page of an address.
     *
     * @param shared the page to put in its place; {@link Frames#NO_FRAME} to make this page the shared one
     * @return whether it was merged; not if somebody else holds a reference
     */
    boolean merge(AddressSpace mm, Vma vma, long address, int shared) {
        int frame = Pte.frame(mm.pageTable().get(address));
        if (!writeProtect(mm, address, frame)) {
            return false;
        }
        if (shared == Frames.NO_FRAME) {
            frames.set(frame, Frames.KSM);
            frames.setMapping(frame, null, 0);
            frames.markDirty(frame);
            lru.markAccessed(frame);
        } else {
            replace(mm, vma, address, shared);
        }
        return true;
    }

    /** {@code write_protect_page}. The scan's own reference is not counted here. */
    private boolean writeProtect(AddressSpace mm, long address, int frame) {
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, address,
                address + mm.pageSize(), Cause.WRITE_PROTECT_PAGE);
        long pte = ops.get(mm, address);
        boolean alone = true;
        if (Pte.write(pte) || Pte.dirty(pte) || frames.has(frame, Frames.ANON_EXCLUSIVE)) {
            current.get().lock(LockKind.PTL);
            long old = ops.clearFlush(mm, address);
            int cached = frames.has(frame, Frames.SWAPCACHE) ? 1 : 0;
            alone = frames.mapcount(frame) + cached == lru.refcount(frame);
            if (alone) {
                frames.clear(frame, Frames.ANON_EXCLUSIVE);
                if (Pte.dirty(old)) {
                    frames.markDirty(frame);
                }
                ops.setPteAtNotify(mm, address, Pte.wrprotect(Pte.mkclean(old)));
            } else {
                ops.setPte(mm, address, old);
            }
            current.get().unlock(LockKind.PTL);
        }
        notifiers.rangeEnd(window);
        return alone;
    }

    /** {@code replace_page}. */
    private void replace(AddressSpace mm, Vma vma, long address, int shared) {
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, address,
                address + mm.pageSize(), Cause.REPLACE_PAGE);
        current.get().lock(LockKind.PTL);
        frames.get(shared);
        frames.addRmap(shared, mm.id());
        long old = ops.clearFlush(mm, address);
        ops.setPteAtNotify(mm, address, Pte.wrprotect(Pte.of(shared, vma.pageProt() | Pte.ACCESSED)));
        frames.removeRmap(Pte.frame(old), mm.id());
        current.get().unlock(LockKind.PTL);
        frames.put(Pte.frame(old));
        notifiers.rangeEnd(window);
    }
}
