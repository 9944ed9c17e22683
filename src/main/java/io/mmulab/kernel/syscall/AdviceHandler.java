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

    /** Before the first VMA. */
    default void begin() {}

    /** After the last one, whatever happened. */
    default void finish(@SuppressWarnings("unused") AddressSpace mm) {}
}
