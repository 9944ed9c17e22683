package io.mmulab.history;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Events that agree in the columns they were grouped by.
 *
 * @param key value by name of the column
 * @param events how many
 * @param entries the sum of their entries
 * @param pages the sum of the pages of 4 KiB in their ranges; those that mean a whole address space count nothing
 * @param entriesDropped cached entries that devices dropped
 * @param spuriousZaps of these, still right
 * @param distinctPages different pages of 4 KiB that their ranges begin in; null unless asked for
 */
public record EventGroup(Map<String, @Nullable Object> key, long events, long entries, long pages, long entriesDropped,
        long spuriousZaps, @Nullable Long distinctPages) {}
