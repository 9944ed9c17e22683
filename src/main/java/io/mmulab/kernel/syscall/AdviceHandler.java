package io.mmulab.kernel.syscall;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.Vma;

/** What an advice does to the part of one VMA that the caller named. mmap_lock is held. */
public interface AdviceHandler {
    /**
     * Does it.
     *
     * @param start first byte, page aligned, within the VMA
     * @param end end, exclusive, page aligned, within the VMA
     * @param advice number of the advice: see {@link Madv}
     * @return 0 or a negative {@link Errno}, which ends the call
     */
    long advise(AddressSpace mm, Vma vma, long start, long end, int advice);

    /**
     * {@code madvise_batch_tlb_flush}: whether what it takes out of page tables is collected in the machine's mmu_gather,
     * which {@link Madvise} opens and finishes.
     */
    default boolean gathers() {
        return false;
    }
}
