package io.mmulab.trace;

/**
 * Bounds on what a trace may cost to read. A breach is a {@link TraceException} that names the component.
 *
 * @param maxBytes bytes of text, after decompression, at least 1
 * @param maxRatio bytes of text for each byte of gzip, at least 1; not looked at before the first MiB of text
 * @param maxLines lines, at least 1
 * @param maxLineLength bytes of one line without its newline, 64 to 16 Mi
 * @param maxProcesses processes alive at once, and calls of them waiting for their second half, at least 1
 * @param maxHeldRecords records that may wait until it is known who made their process, 2 to 16 Mi
 */
public record TraceLimits(long maxBytes, int maxRatio, long maxLines, int maxLineLength, int maxProcesses,
        int maxHeldRecords) {

    private static final int MEBI = 1 << 20;

    /** Room for a few hundred million accesses, in some megabytes of memory. */
    public static final TraceLimits DEFAULT = new TraceLimits(8L << 30, 250, 500_000_000, 64 << 10, 16_384, 16_384);

    public TraceLimits {
        require(maxBytes >= 1, "maxBytes < 1");
        require(maxRatio >= 1, "maxRatio < 1");
        require(maxLines >= 1, "maxLines < 1");
        require(maxLineLength >= 64 && maxLineLength <= 16 * MEBI, "maxLineLength not in 64..16777216");
        require(maxProcesses >= 1, "maxProcesses < 1");
        require(maxHeldRecords >= 2 && maxHeldRecords <= 16 * MEBI, "maxHeldRecords not in 2..16777216");
    }

    private static void require(final boolean condition, final String violated) {
        if (!condition) {
            throw new IllegalArgumentException(violated);
        }
    }
}
