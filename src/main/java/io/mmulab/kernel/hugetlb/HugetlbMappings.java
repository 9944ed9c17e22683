package io.mmulab.kernel.hugetlb;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.Vma;

/** {@code i_mmap} of a hugetlb file: who maps it, in the order of the file's offsets. */
public final class HugetlbMappings {
    private final Iterable<AddressSpace> spaces;

    /**
     * A VMA of the file.
     *
     * @param mm its address space
     * @param vma the VMA
     */
    record Mapping(AddressSpace mm, Vma vma) {}

    /** Looks through the address spaces of a machine. */
    public HugetlbMappings(Iterable<AddressSpace> spaces) {
        this.spaces = spaces;
    }

    /**
     * {@code vma_interval_tree_foreach}: the VMAs that map any page of {@code [first, last]}.
     *
     * @param first offset in base pages
     * @param last offset in base pages, inclusive
     */
    List<Mapping> of(@Nullable MappedFile file, long first, long last) {
        List<Mapping> found = new ArrayList<>();
        for (AddressSpace mm : spaces) {
            for (int i = 0; i < mm.vmas().size(); i++) {
                Vma vma = mm.vmas().at(i);
                if (vma.file() == file && vma.pgoff() <= last && vma.pgoff() + vma.pages() > first) {
                    found.add(new Mapping(mm, vma));
                }
            }
        }
        found.sort(Comparator.comparingLong(mapping -> mapping.vma.pgoff()));
        return found;
    }
}
