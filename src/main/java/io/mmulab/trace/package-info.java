/**
 * Readers of recorded traces of real programs: system calls from strace, memory accesses from valgrind's lackey.
 *
 * <p>The spine is three types. A {@link io.mmulab.trace.TraceFormat} knows how one tool writes its log and opens a
 * {@link io.mmulab.trace.TraceReader}; the reader fills a {@link io.mmulab.trace.TraceBatch}, columns of primitives
 * that the caller owns and reuses, until the trace ends:
 *
 * <pre>{@code
 * var batch = new TraceBatch();
 * try (TraceReader reader = TraceFormat.STRACE.open(in)) {
 *     while (reader.read(batch) > 0) {
 *         replay(batch);
 *     }
 * }
 * }</pre>
 *
 * <p>A reader streams: its memory does not depend on the length of the trace, and everything that an input could make
 * large is bounded by {@link io.mmulab.trace.TraceLimits}. What is wrong with the input is a
 * {@link io.mmulab.trace.TraceException} with the line; {@link io.mmulab.trace.Strictness#LENIENT} counts such lines
 * instead, in {@link io.mmulab.trace.TraceStatistics}.
 *
 * <p>To add a format: extend {@code LineReader}, which does buffering, gzip, limits and strictness, and give it a
 * method that turns one line into records; add a constant to {@code TraceFormat} with a way to recognise it; extend
 * {@code TraceReaderContract} in the tests. If the log names system calls, {@code CallText} and {@code CallDecoder}
 * already know their arguments.
 *
 * <p>This package uses nothing but the JDK.
 */
@NullMarked
package io.mmulab.trace;

import org.jspecify.annotations.NullMarked;
