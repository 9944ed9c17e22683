package io.mmulab.history;

import java.time.Instant;

/**
 * A definition that a user posted.
 *
 * @param kind what it defines
 * @param name unique among its kind
 * @param definition all of it, as JSON
 */
public record DefinitionRow(String kind, String name, String definition, Instant createdAt) {}
