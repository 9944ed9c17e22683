package io.mmulab.kernel.syscall;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code ksm_madvise(MADV_UNMERGEABLE)}: what madvise and mremap ask of KSM before merged pages lose their ground. */
public final class KsmAdvice {
    private PageBreaker breaker = (mm, vma, start, end) -> 0;

    /** {@code unmerge_ksm_pages}: gives each merged page of a range back as a private one. */
    public interface PageBreaker {
        /** Returns 0 or a negative {@link Errno}. */
        long breakPages(AddressSpace mm, Vma vma, long start, long end);
    }

    /** Who breaks pages. */
    public void setBreaker(PageBreaker value) {
        breaker = value;
    }

    /** Breaks the merged pages of {@code [start, end)}; the flag stays. */
    long unmerge(AddressSpace mm, Vma vma, long start, long end) {
        return vma.has(VmFlags.MERGEABLE) && vma.anonVma() != null ? breaker.breakPages(mm, vma, start, end) : 0;
    }
}
