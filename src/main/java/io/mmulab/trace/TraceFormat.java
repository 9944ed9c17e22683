package io.mmulab.trace;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The tools whose logs can be read. Each constant is a format; adding one is described in the package. */
public enum TraceFormat {
    /** Text of {@code strace -f -e trace=%memory,%process -o FILE}, with or without -t, -tt, -ttt, -r, -T, -y, -X. */
    STRACE("strace") {
        @Override
        TraceReader reader(final LineSource source, final Strictness strictness, final TraceLimits limits) {
            return new StraceReader(source, strictness, limits);
        }

        @Override
        boolean recognises(final byte[] text, final int from, final int to) {
            return StraceLine.looksRight(text, from, to);
        }
    },
    /** Text of {@code valgrind --tool=lackey --trace-mem=yes}, better with {@code --trace-syscalls=yes}. */
    LACKEY("lackey") {
        @Override
        TraceReader reader(final LineSource source, final Strictness strictness, final TraceLimits limits) {
            return new LackeyReader(source, strictness, limits);
        }

        @Override
        boolean recognises(final byte[] text, final int from, final int to) {
            return LackeyLine.looksRight(text, from, to);
        }
    };

    private final String toolName;

    TraceFormat(final String toolName) {
        this.toolName = toolName;
    }

    /** The tool that writes this format. */
    public String toolName() {
        return toolName;
    }

    /** Opens a trace strictly, within {@link TraceLimits#DEFAULT}. */
    public TraceReader open(final InputStream in) throws IOException {
        return open(in, Strictness.STRICT, TraceLimits.DEFAULT);
    }

    /**
     * Opens a trace, plain or compressed by gzip. The reader owns the stream and closes it.
     *
     * @throws IOException if not even the first bytes can be read; the stream is then closed
     */
    public TraceReader open(final InputStream in, final Strictness strictness, final TraceLimits limits)
            throws IOException {
        return reader(LineSource.open(this, in, limits), strictness, limits);
    }

    /**
     * Guesses the format from the first bytes of a trace, plain or gzip; a few hundred are enough, and they may end
     * anywhere. The first line that belongs to exactly one format decides.
     *
     * @return the format, or nothing if no line looks like any
     */
    public static Optional<TraceFormat> detect(final byte[] firstBytes) {
        final byte[] text = Gzip.peek(firstBytes);
        int from = 0;
        while (from < text.length) {
            int to = from;
            while (to < text.length && text[to] != '\n') {
                to++;
            }
            for (final TraceFormat format : values()) {
                if (format.recognises(text, from, to)) {
                    return Optional.of(format);
                }
            }
            from = to + 1;
        }
        return Optional.empty();
    }

    abstract TraceReader reader(LineSource source, Strictness strictness, TraceLimits limits);

    /** Whether a line is of a form that only this format has. */
    abstract boolean recognises(byte[] text, int from, int to);
}
