package io.mmulab.kernel.fault;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.Vma;

/** {@code handle_userfault()}: gives a fault to user space. */
@FunctionalInterface
public interface Userfaults {
    /** Of a machine without userfaultfd: the fault cannot be resolved. */
    Userfaults NONE = (mm, vma, address, flags, reason) -> VmFault.SIGBUS;

    /**
     * Tells the userfaultfd of a VMA about a fault, and waits until it is resolved.
     *
     * @param address of the page
     * @param flags see {@link FaultFlags}
     * @param reason {@code VM_UFFD_MISSING} or {@code VM_UFFD_WP}
     * @return {@link VmFault#RETRY}, or {@link VmFault#SIGBUS} where the fault may not wait
     */
    int handle(AddressSpace mm, Vma vma, long address, int flags, long reason);
}
