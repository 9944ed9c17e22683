package io.mmulab.history;

import java.time.Instant;

/**
 * A scenario of a user as it is remembered.
 *
 * @param id the user's name for it
 * @param source as {@code .mm} text
 */
public record ScenarioRow(String id, String source, Instant createdAt) {}
