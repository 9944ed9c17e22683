package io.mmulab.kernel.machine;

import java.util.Set;

import io.mmulab.kernel.vma.VmFlags;

/** Which faults of a range userfaultfd tells. */
public enum UserfaultMode {
    /** {@code UFFDIO_REGISTER_MODE_MISSING}: of pages that are not there. */
    MISSING(VmFlags.UFFD_MISSING),
    /** {@code UFFDIO_REGISTER_MODE_WP}: writes to pages that it has write-protected. */
    WP(VmFlags.UFFD_WP);

    private final long flag;

    UserfaultMode(long flag) {
        this.flag = flag;
    }

    static long flags(Set<UserfaultMode> modes) {
        long flags = 0;
        for (UserfaultMode mode : modes) {
            flags |= mode.flag;
        }
        return flags;
    }
}
