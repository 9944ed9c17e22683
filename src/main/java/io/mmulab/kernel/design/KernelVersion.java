package io.mmulab.kernel.design;

import java.util.List;

/**
 * What differs between releases of Linux beside the notifier design, as data.
 *
 * @param name as users write it
 * @param perVmaLock whether a user fault first tries the per-VMA lock (6.4 and later)
 * @param mprotectWindowShift log2 of the bytes that one PROTECTION_VMA window of mprotect covers at most: a window opens
 *        at the first populated entry below this level (6.1: 1 GiB steps from the first populated PMD; 6.12: 512 GiB
 *        steps from the first populated PUD)
 * @param mprotectWindowStartShift log2 of the granule at which that window starts
 * @param fullFlushWidensSecondary whether a flush that exceeds the architecture's ceiling tells the secondary-TLB hook
 *        "all" (x86-64: 6.12 does, 6.1 and 7.3 keep the range)
 * @param anonThpAlignedPlacement whether a large anonymous mapping without a hint is placed 2 MiB aligned (6.7 and later)
 * @param gapFillMergesRight whether a mapping that fills a gap between two neighbours whose anon_vmas differ joins the
 *        right one (6.1; later versions join the left one)
 * @param sources where these rules are from
 */
public record KernelVersion(String name, boolean perVmaLock, int mprotectWindowShift, int mprotectWindowStartShift,
        boolean fullFlushWidensSecondary, boolean anonThpAlignedPlacement, boolean gapFillMergesRight,
        List<String> sources) {

    /** Linux 6.1, as in 6.3 on the paths of the thread. */
    public static final KernelVersion V6_1 = new KernelVersion("6.1", false, 30, 21, false, false, true,
            List.of("linux-source-6.1 mm/mprotect.c change_pmd_range", "recordings of Linux 6.1.192"));

    /** Linux 6.3. */
    public static final KernelVersion V6_3 = new KernelVersion("6.3", false, 30, 21, false, false, false,
            List.of("same code as 6.1 on the simulated paths; vma_merge as reworked in 6.3"));

    /** Linux 6.6: per-VMA locks. */
    public static final KernelVersion V6_6 = new KernelVersion("6.6", true, 30, 21, true, false, false,
            List.of("mm/memory.c lock_vma_under_rcu (6.4)", "arch/x86/mm/tlb.c of 6.6"));

    /** Linux 6.12. */
    public static final KernelVersion V6_12 = new KernelVersion("6.12", true, 39, 30, true, true, false,
            List.of("linux-source-6.12 mm/mprotect.c change_pud_range", "recordings of Linux 6.12.117"));

    /** Linux 7.3. */
    public static final KernelVersion V7_3 = new KernelVersion("7.3", true, 39, 30, false, true, false,
            List.of("recordings of Linux 7.3.4"));

    /** All presets, oldest first. */
    public static final List<KernelVersion> PRESETS = List.of(V6_1, V6_3, V6_6, V6_12, V7_3);
}
