package io.mmulab.kernel.rmap;

import java.util.List;
import java.util.function.IntFunction;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.vma.AnonVma;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.Vma;

/** {@code rmap_walk()}: finds what maps a page, in the kernel's order. */
public final class Rmap {
    private final Frames frames;
    private final IntFunction<AddressSpace> spaces;

    /** Sees one place where a page may be mapped. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * {@code rmap_one}.
         *
         * @param address of the page in the VMA
         * @return whether to go on
         */
        boolean mayBeMapped(AddressSpace mm, Vma vma, long address);
    }

    /**
     * For one machine.
     *
     * @param spaces address space by id
     */
    public Rmap(Frames frames, IntFunction<AddressSpace> spaces) {
        this.frames = frames;
        this.spaces = spaces;
    }

    /** Visits every VMA that may map a page; what its page table holds there is for the visitor to see. */
    public void walk(int frame, Visitor visitor) {
        walk(frame, frames.index(frame), 1, visitor);
    }

    /** Visits every VMA that may map a part of a folio: at the address of the folio's first page that the VMA has. */
    public void walkFolio(int head, Visitor visitor) {
        walk(head, frames.index(head), frames.pages(head), visitor);
    }

    private void walk(int frame, long index, int pages, Visitor visitor) {
        Object mapping = frames.mapping(frame);
        if (mapping instanceof MappedFile file) {
            walk(file.mappings(index, index + pages), index, visitor);
        } else if (mapping instanceof AnonVma anonVma) {
            walk(anonVma.vmas(index, index + pages), index, visitor);
        } else if (mapping instanceof RmapItems items) {
            items.walk(visitor);
        }
    }

    /** {@code rmap_walk_ksm}: a page that is merged from many places, which are remembered one by one. */
    public interface RmapItems {
        /** Visits each place, as {@link Rmap#walk} does. */
        void walk(Visitor visitor);
    }

    private void walk(List<Vma> vmas, long index, Visitor visitor) {
        for (Vma vma : vmas) {
            AddressSpace mm = spaces.apply(vma.mm());
            long address = vma.start() + Math.max(0, index - vma.pgoff()) * mm.pageSize();
            if (!visitor.mayBeMapped(mm, vma, address)) {
                return;
            }
        }
    }

    /** {@code vma_address_end}: where a VMA's part of a folio ends. */
    public long end(AddressSpace mm, Vma vma, int head) {
        long pages = frames.index(head) + frames.pages(head) - vma.pgoff();
        return Math.min(vma.start() + pages * mm.pageSize(), vma.end());
    }

    /** Whether an entry maps a page of this folio, for CPUs or, if it is memory of a device, for that. */
    public static boolean mapsFolio(Frames frames, long pte, int head) {
        boolean maps = (Pte.present(pte) && !Pte.special(pte)) || Pte.isDevicePrivate(pte);
        return maps && frames.head(Pte.frame(pte)) == head;
    }

    /** {@code page_vma_mapped_walk}: whether an entry maps this very page. */
    public static boolean maps(long pte, int frame) {
        return Pte.present(pte) && Pte.frame(pte) == frame;
    }
}
