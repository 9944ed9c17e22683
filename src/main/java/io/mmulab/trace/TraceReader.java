package io.mmulab.trace;

import java.io.Closeable;
import java.io.IOException;

/**
 * Reads one trace from its beginning to its end, in constant memory. For use by one thread at a time.
 */
public interface TraceReader extends Closeable {

    /**
     * Fills the batch from its start with the next records and sets {@link TraceBatch#size}. Line numbers never
     * decrease, and the records do not depend on the capacity of the batches. A process is introduced by a
     * {@link RecordKind#FORK} or {@link RecordKind#CLONE_VM} before its first record, unless it is a root, one whose
     * birth the log doesn't show.
     *
     * @return the number of records, 0 only at the end of the trace
     * @throws TraceException if the input can't be read as a trace. Records that come before the fault are delivered
     *         first; once thrown, the exception is thrown by every later call.
     * @throws IOException if the stream below fails
     */
    int read(TraceBatch batch) throws IOException;

    /** What was seen so far. */
    TraceStatistics statistics();

    /** Closes the stream below. */
    @Override
    void close() throws IOException;
}
