package io.mmulab.kernel.vma;

/** {@code struct vm_operations_struct}: what the file system of a mapping wants to know of its VMAs. */
public interface VmOperations {
    /** {@code open}: a split or a move made a copy of a VMA. */
    void open(Vma vma);

    /** As {@link #open}, for the copy in a fork's child. */
    void openInChild(Vma vma);

    /** {@code close}: the VMA, unmapped and off its tree, goes away. */
    void close(Vma vma);

    /** {@code may_split}: whether a VMA may become two at an address strictly inside. */
    boolean maySplit(Vma vma, long address);

    /** {@code pagesize} ({@code vma_kernel_pagesize}), in bytes. */
    long pageSize();
}
