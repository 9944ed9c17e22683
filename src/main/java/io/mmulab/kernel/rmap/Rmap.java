package io.mmulab.kernel.rmap;

import java.util.List;
import java.util.function.IntFunction;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
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
        if (frames.mapping(frame) instanceof MappedFile file) {
            long index = frames.index(frame);
            walk(file.mappings(index, index + 1), index, visitor);
        }
    }

    private void walk(List<Vma> vmas, long index, Visitor visitor) {
        for (Vma vma : vmas) {
            AddressSpace mm = spaces.apply(vma.mm());
            long address = vma.start() + (index - vma.pgoff()) * mm.pageSize();
            if (!visitor.mayBeMapped(mm, vma, address)) {
                return;
            }
        }
    }

    /** {@code page_vma_mapped_walk}: whether an entry maps this very page. */
    public static boolean maps(long pte, int frame) {
        return Pte.present(pte) && Pte.frame(pte) == frame;
    }
}
