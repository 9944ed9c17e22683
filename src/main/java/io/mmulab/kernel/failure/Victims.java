package io.mmulab.kernel.failure;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.PageTable;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.rmap.Rmap;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.Vma;

/** Where a process has a page that failed: {@code collect_procs()} and {@code kill_accessing_process()}. */
public final class Victims {
    private final Rmap rmap;
    private final Frames frames;

    /** For one machine. */
    public Victims(Rmap rmap, Frames frames) {
        this.rmap = rmap;
        this.frames = frames;
    }

    /**
     * {@code collect_procs}: the first address at which an address space maps a page, or, of a file, at which one of its VMAs
     * covers it; {@link MemoryFailure#NOBODY} if there is none.
     */
    long mapping(AddressSpace current, int frame) {
        boolean file = frames.mapping(frame) instanceof MappedFile;
        long[] found = {MemoryFailure.NOBODY};
        rmap.walk(frame, (mm, vma, address) -> {
            if (mm.equals(current) && (file || maps(mm, address, frame))) {
                found[0] = address;
            }
            return found[0] == MemoryFailure.NOBODY;
        });
        return found[0];
    }

    private static boolean maps(AddressSpace mm, long address, int frame) {
        long pte = mm.pageTable().get(address);
        return Pte.present(pte) && Pte.frame(pte) == frame;
    }

    /**
     * {@code kill_accessing_process}: the lowest address whose entry is of a page, poisoned or not;
     * {@link MemoryFailure#NOBODY} if there is none.
     */
    long accessing(AddressSpace current, int frame) {
        for (int i = 0; i < current.vmas().size(); i++) {
            Vma vma = current.vmas().at(i);
            PageTable table = current.pageTable();
            for (long at = table.nextEntry(vma.start(), vma.end()); at < vma.end(); at = table
                    .nextEntry(at + current.pageSize(), vma.end())) {
                long pte = table.get(at);
                if ((Pte.present(pte) || Pte.isHwpoison(pte)) && Pte.frame(pte) == frame) {
                    return at;
                }
            }
        }
        return MemoryFailure.NOBODY;
    }
}
