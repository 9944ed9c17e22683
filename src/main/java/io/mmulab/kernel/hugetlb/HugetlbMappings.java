package io.mmulab.kernel.hugetlb;

import java.util.List;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.Vma;

/** {@code i_mmap} of a hugetlb file: who maps it, in the kernel's order. */
public final class HugetlbMappings {
    private final IntFunction<AddressSpace> spaces;

    /**
     * A VMA of the file.
     *
     * @param mm its address space
     * @param vma the VMA
     */
    record Mapping(AddressSpace mm, Vma vma) {}

    /**
     * Of one machine.
     *
     * @param spaces address space by id
     */
    public HugetlbMappings(IntFunction<AddressSpace> spaces) {
        this.spaces = spaces;
    }

    /**
     * {@code vma_interval_tree_foreach}: the VMAs that map any page of {@code [first, last]}.
     *
     * @param first offset in base pages
     * @param last offset in base pages, inclusive
     */
    List<Mapping> of(@Nullable MappedFile file, long first, long last) {
        if (file == null) {
            return List.of();
        }
        return file.mappings(first, last + 1).stream().map(vma -> new Mapping(spaces.apply(vma.mm()), vma)).toList();
    }
}
