package io.mmulab.history;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Events that agree in the columns they were grouped by.
 *
 * @param key value by name of the column
 * @param events how many
 * @param entries the sum of their entries
 */
public record EventGroup(Map<String, @Nullable Object> key, long events, long entries) {}
