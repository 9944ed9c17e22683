package io.mmulab.web;

import java.util.List;

/**
 * The beginning of a list.
 *
 * @param truncated whether there are more items than are shown: ask again from the end of the last one
 * @param items in ascending order
 */
record Listing<T>(List<T> items, boolean truncated) {

    /** Makes a listing from one row more than the limit, if there are so many. */
    static <T> Listing<T> of(List<T> rows, int limit) {
        boolean truncated = rows.size() > limit;
        return new Listing<>(truncated ? List.copyOf(rows.subList(0, limit)) : rows, truncated);
    }
}
