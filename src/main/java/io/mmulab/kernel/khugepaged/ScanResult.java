package io.mmulab.kernel.khugepaged;

import io.mmulab.kernel.syscall.Errno;

/** {@code enum scan_result}: why a range was collapsed, or not. */
enum ScanResult {
    /** It was. */
    SUCCEED(true, Errno.EINVAL),
    /** A huge page is there already. */
    PMD_MAPPED(true, Errno.EINVAL),
    /** Nothing is there. */
    PMD_NONE(false, Errno.EINVAL),
    /** No table of PTEs is there. */
    PMD_NULL(true, Errno.EINVAL),
    /** Pages are missing that userfaultfd wants to hear of. */
    EXCEED_NONE_PTE(false, Errno.EBUSY),
    /** userfaultfd has write-protected a page. */
    PTE_UFFD_WP(true, Errno.EINVAL),
    /** None of the pages is writable. */
    PAGE_RO(true, Errno.EINVAL),
    /** Something that is no normal page. */
    PAGE_NULL(true, Errno.EINVAL),
    /** A page that is not anonymous. */
    PAGE_ANON(false, Errno.EINVAL),
    /** Somebody else holds a reference. */
    PAGE_COUNT(true, Errno.EAGAIN),
    /** A page is not on its list. */
    PAGE_LRU(true, Errno.EAGAIN),
    /** Swapping in failed. */
    FAIL(false, Errno.EINVAL),
    /** No memory for a huge page. */
    ALLOC_HUGE_PAGE_FAIL(false, Errno.ENOMEM),
    /** The VMA may not have huge pages. */
    VMA_CHECK(false, Errno.EINVAL);

    private final boolean goesOn;
    private final Errno errno;

    ScanResult(boolean goesOn, Errno errno) {
        this.goesOn = goesOn;
        this.errno = errno;
    }

    /** Whether MADV_COLLAPSE goes on with the next range. */
    boolean goesOn() {
        return goesOn;
    }

    /** What MADV_COLLAPSE returns if this was the last failure. */
    Errno errno() {
        return errno;
    }
}
