package io.mmulab.kernel.rmap;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * Writes dirty pages of a file to the disk. Before a page goes, every shared mapping of it is made clean and read-only, so
 * that the next write is seen ({@code folio_clear_dirty_for_io}, {@code folio_mkclean}).
 */
public final class Writeback {
    private final Rmap rmap;
    private final PageTableOps ops;
    private final MmuNotifiers notifiers;
    private final Frames frames;
    private final CurrentActor current;
    private boolean cleaned;

    /** For one machine. */
    public Writeback(Rmap rmap, PageTableOps ops, MmuNotifiers notifiers, Frames frames, CurrentActor current) {
        this.rmap = rmap;
        this.ops = ops;
        this.notifiers = notifiers;
        this.frames = frames;
        this.current = current;
    }

    /** {@code filemap_write_and_wait_range} of the pages {@code [first, end)}; nothing for a file that is only in memory. */
    public void write(MappedFile file, long first, long end) {
        if (!file.wantsWriteNotify()) {
            return;
        }
        for (long index : file.cachedIndexes()) {
            int frame = file.cachedFrame(index);
            if (index >= first && index < end && frames.has(frame, Frames.DIRTY)) {
                mkclean(frame);
                file.writtenBack(index, frame, frames);
            }
        }
    }

    /** {@code folio_mkclean}: makes every shared mapping clean and read-only; whether any was dirty or writable. */
    public boolean mkclean(int frame) {
        cleaned = false;
        rmap.walk(frame, (mm, vma, address) -> {
            if (vma.has(VmFlags.SHARED) && Rmap.maps(mm.pageTable().get(address), frame)) {
                mkcleanOne(mm, vma, address);
            }
            return true;
        });
        return cleaned;
    }

    /** {@code page_vma_mkclean_one}. */
    private void mkcleanOne(AddressSpace mm, Vma vma, long address) {
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.PROTECTION_PAGE, address,
                Math.min(address + mm.pageSize(), vma.end()), Cause.PAGE_MKCLEAN_ONE);
        long pte = ops.get(mm, address);
        if (Pte.dirty(pte) || Pte.write(pte)) {
            current.get().lock(LockKind.PTL);
            cleaned = true;
            long old = ops.clearFlush(mm, address);
            ops.setPte(mm, address, Pte.mkclean(Pte.wrprotect(old)));
            current.get().unlock(LockKind.PTL);
        }
        notifiers.rangeEnd(window);
    }
}
