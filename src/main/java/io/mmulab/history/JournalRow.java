package io.mmulab.history;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * One operation of a machine's journal.
 *
 * @param seq number within the machine, from 1, without gaps
 * @param kind name of the operation
 * @param request the operation, as JSON
 * @param outcome what it did, as JSON
 * @param faults faults that it took
 * @param nanoseconds simulated time that it took
 * @param digest state of the machine afterwards; null within a request of several operations
 */
public record JournalRow(String machine, long seq, String kind, String request, String outcome, long faults,
        long nanoseconds, @Nullable Long digest, Instant recordedAt) {}
