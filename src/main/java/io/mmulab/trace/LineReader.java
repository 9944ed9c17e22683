package io.mmulab.trace;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** What readers of text logs have in common: strictness, statistics, and faults that wait for the records before them. */
abstract class LineReader implements TraceReader {

    static final String CUT = "the log was cut in the middle of its last line: it has no newline";

    final LineSource source;
    final NameCounts ignored = new NameCounts();
    final NameCounts other = new NameCounts();
    long records;
    long unfinished;
    long roots;

    private final TraceFormat format;
    private final Strictness strictness;
    private final List<MalformedLine> examples = new ArrayList<>();
    private long malformed;
    private @Nullable IOException failure;

    LineReader(final TraceFormat format, final LineSource source, final Strictness strictness) {
        this.format = format;
        this.source = source;
        this.strictness = strictness;
    }

    @Override
    public final int read(final TraceBatch batch) throws IOException {
        batch.size = 0;
        if (failure == null) {
            try {
                fill(batch);
            } catch (final IOException e) {
                failure = e;
            }
        }
        if (failure != null && batch.size == 0) {
            throw failure;
        }
        return batch.size;
    }

    /** Appends records until the batch is full or the trace ends. Those appended before an exception count. */
    abstract void fill(TraceBatch batch) throws IOException;

    /** The current line makes no sense. */
    final void malformed(final String reason) throws TraceException {
        malformed(source.lineNumber, source.lineText(), reason);
    }

    final void malformed(final long line, final String text, final String reason) throws TraceException {
        malformed++;
        if (strictness == Strictness.STRICT) {
            throw new TraceException(format, line, text, reason,
                    reason.equals(CUT)
                            ? "Record it again, add the newline if the line is whole, or read leniently."
                            : "Correct or delete the line, or read leniently to count such lines and go on.");
        }
        if (examples.size() < TraceStatistics.MAX_EXAMPLES) {
            examples.add(new MalformedLine(line, text, reason));
        }
    }

    /** Counts a line that has no record, by a word for its kind. */
    final void ignore(final String kind) {
        ignored.add(kind);
    }

    @Override
    public final TraceStatistics statistics() {
        return new TraceStatistics(source.lineNumber, records, malformed, examples, ignored.toMap(), other.toMap(),
                unfinished, roots);
    }

    @Override
    public final void close() throws IOException {
        source.close();
    }
}
