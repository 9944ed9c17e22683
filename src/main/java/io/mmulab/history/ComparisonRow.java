package io.mmulab.history;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A comparison as it is remembered.
 *
 * @param id sorts by time of creation
 * @param status one word
 * @param request what was asked, as JSON
 * @param result what came out, as JSON
 * @param trace checksum of the trace that it plays, if it plays one
 * @param problem why nothing did, as JSON
 */
public record ComparisonRow(String id, String status, String request, @Nullable String result,
        @Nullable String problem, @Nullable String trace, Instant createdAt, @Nullable Instant finishedAt) {}
