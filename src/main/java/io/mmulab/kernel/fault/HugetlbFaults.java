package io.mmulab.kernel.fault;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.Vma;

/** {@code hugetlb_fault()}: handles the faults of hugetlb VMAs, which share nothing with those of others. */
public interface HugetlbFaults {
    /**
     * Handles one fault.
     *
     * @param address any address of the VMA
     * @param flags see {@link FaultFlags}
     * @return see {@link VmFault}
     */
    int fault(AddressSpace mm, Vma vma, long address, int flags);

    /** The path that the last fault took. */
    FaultPath lastPath();
}
