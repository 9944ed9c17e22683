package io.mmulab.kernel.syscall;

/**
 * What a zap takes ({@code struct zap_details}).
 *
 * @param evenCows whether private copies of a file's pages go too
 * @param dropMarkers {@code ZAP_FLAG_DROP_MARKER}: without it guards stay, and userfaultfd remembers which pages of a file
 *        were write-protected
 */
record ZapDetails(boolean evenCows, boolean dropMarkers) {
    /** {@code munmap} and the end of an address space. */
    static final ZapDetails EVERYTHING = new ZapDetails(true, true);

    /** A hole punched into a file, or a file cut short. */
    static ZapDetails ofFile(boolean evenCows) {
        return new ZapDetails(evenCows, false);
    }

    /** MADV_DONTNEED and MADV_GUARD_INSTALL. */
    static final ZapDetails PAGES_ONLY = new ZapDetails(true, false);
}
