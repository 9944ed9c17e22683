package io.mmulab.kernel.machine;

import io.mmulab.kernel.syscall.Madv;

/** An advice of madvise. */
public enum Advice {
    /** No special treatment. */
    MADV_NORMAL(Madv.NORMAL),
    /** Expect random access. */
    MADV_RANDOM(Madv.RANDOM),
    /** Expect sequential access. */
    MADV_SEQUENTIAL(Madv.SEQUENTIAL),
    /** Will be needed soon. */
    MADV_WILLNEED(Madv.WILLNEED),
    /** Contents are not needed: pages go at once. */
    MADV_DONTNEED(Madv.DONTNEED),
    /** Contents may be freed lazily: pages stay, clean. */
    MADV_FREE(Madv.FREE),
    /** Punch a hole into the file. */
    MADV_REMOVE(Madv.REMOVE),
    /** Fork leaves it out. */
    MADV_DONTFORK(Madv.DONTFORK),
    /** Fork copies it again. */
    MADV_DOFORK(Madv.DOFORK),
    /** KSM may merge equal pages. */
    MADV_MERGEABLE(Madv.MERGEABLE),
    /** KSM may not; merged pages become private again. */
    MADV_UNMERGEABLE(Madv.UNMERGEABLE),
    /** Worth huge pages. */
    MADV_HUGEPAGE(Madv.HUGEPAGE),
    /** Not worth huge pages. */
    MADV_NOHUGEPAGE(Madv.NOHUGEPAGE),
    /** Not in core dumps. */
    MADV_DONTDUMP(Madv.DONTDUMP),
    /** In core dumps again. */
    MADV_DODUMP(Madv.DODUMP),
    /** Zeroes in a child. */
    MADV_WIPEONFORK(Madv.WIPEONFORK),
    /** Copied to a child again. */
    MADV_KEEPONFORK(Madv.KEEPONFORK),
    /** Not needed soon: reclaimed first. */
    MADV_COLD(Madv.COLD),
    /** Reclaimed now. */
    MADV_PAGEOUT(Madv.PAGEOUT),
    /** Faulted in for reading. */
    MADV_POPULATE_READ(Madv.POPULATE_READ),
    /** Faulted in for writing. */
    MADV_POPULATE_WRITE(Madv.POPULATE_WRITE),
    /** As MADV_DONTNEED, of locked memory too. */
    MADV_DONTNEED_LOCKED(Madv.DONTNEED_LOCKED),
    /** Made huge pages now. */
    MADV_COLLAPSE(Madv.COLLAPSE),
    /** The memory fails. */
    MADV_HWPOISON(Madv.HWPOISON),
    /** The memory is taken out of use. */
    MADV_SOFT_OFFLINE(Madv.SOFT_OFFLINE),
    /** Any access is a fault from now on. */
    MADV_GUARD_INSTALL(Madv.GUARD_INSTALL),
    /** End of that. */
    MADV_GUARD_REMOVE(Madv.GUARD_REMOVE);

    private final int number;

    Advice(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
