package io.mmulab.kernel.uffd;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.vma.UserfaultfdCtx;

/** {@code UFFD_API_FEATURES}: what a release offers on an architecture. */
final class UserfaultFeatures {
    /** Up to {@code UFFD_FEATURE_WP_HUGETLBFS_SHMEM}: 6.1. */
    private static final long FIRST = 0x1fff;
    /** {@code WP_UNPOPULATED}, {@code POISON}, {@code WP_ASYNC} and {@code MOVE}: 6.4 to 6.8. */
    private static final long WITH_MOVE = 0x1ffff;
    /** {@code RWP} and {@code RWP_ASYNC}. */
    private static final long WITH_RWP = 0x7ffff;
    private static final long WRITE_PROTECTION =
            UserfaultfdCtx.FEATURE_PAGEFAULT_FLAG_WP | UserfaultfdCtx.FEATURE_WP_HUGETLBFS_SHMEM
                    | UserfaultfdCtx.FEATURE_WP_UNPOPULATED | UserfaultfdCtx.FEATURE_WP_ASYNC;

    private UserfaultFeatures() {}

    static long available(Architecture architecture, KernelVersion version) {
        long all =
                version.has(VersionRule.UFFD_RWP) ? WITH_RWP : version.has(VersionRule.UFFD_MOVE) ? WITH_MOVE : FIRST;
        return version.isIn(architecture.entries().uffdWp()) ? all : all & ~WRITE_PROTECTION;
    }
}
