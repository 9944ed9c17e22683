package io.mmulab.kernel.syscall;

import io.mmulab.kernel.mm.AddressSpace;

/** What an advice does that does not go VMA by VMA. No lock is held. */
public interface RangeAdviceHandler {
    /**
     * Does it.
     *
     * @param start first byte, page aligned
     * @param length bytes as the caller gave them, not 0
     * @param advice number of the advice: see {@link Madv}
     * @return 0 or a negative {@link Errno}
     */
    long advise(AddressSpace mm, long start, long length, int advice);
}
