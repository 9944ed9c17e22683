package io.mmulab.kernel.syscall;

/**
 * What a zap takes ({@code struct zap_details}).
 *
 * @param evenCows whether private copies of a file's pages go too
 * @param dropMarkers {@code ZAP_FLAG_DROP_MARKER}: without it guards stay, and userfaultfd remembers which pages of a file
 * *        were write-protected
 * @param reclaimTables whether tables of PTEs that it empties may go too
 */
record ZapDetails(boolean evenCows, boolean dropMarkers, boolean reclaimTables) {
    /** {@code munmap} and the end of an address space. */
    static final ZapDetails EVERYTHING = new ZapDetails(true, true, false);

    /** A hole punched into a file, or a file cut short. */
    static ZapDetails ofFile(boolean evenCows) {
        return new ZapDetails(evenCows, false, false);
    }

    /** MADV_GUARD_INSTALL. */
    static final ZapDetails PAGES_ONLY = new ZapDetails(true, false, false);

    /** MADV_DONTNEED. */
    static final ZapDetails DONTNEED = new ZapDetails(true, false, true);
}
