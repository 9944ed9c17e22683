package io.mmulab.history;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A run of scenarios as it is remembered.
 *
 * @param id sorts by time of creation; its machines are this, a hyphen and a number
 * @param scenario the only one that was run; null for the whole catalogue
 * @param status one word
 * @param request what was asked, as JSON
 * @param result what came out, as JSON
 * @param problem why nothing did
 */
public record ScenarioRunRow(String id, @Nullable String scenario, String status, String request,
        @Nullable String result, @Nullable String problem, Instant createdAt, @Nullable Instant finishedAt) {}
