package io.mmulab.web;

import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param items in order
 * @param next what to send as {@code cursor} for the part behind it; absent at the end of the list
 */
record Page<T>(List<T> items, @Nullable String next) {
    /** Items unless said otherwise. */
    static final String DEFAULT_LIMIT = "50";
    /** Most items. */
    static final int MAX_LIMIT = 1000;

    /**
     * Makes a page.
     *
     * @param rows one more than the limit, if there are so many
     * @param cursorOf the cursor that leads behind a row
     */
    static <R, T> Page<T> of(List<R> rows, int limit, Function<R, T> item, Function<R, String> cursorOf) {
        boolean more = rows.size() > limit;
        List<R> kept = more ? rows.subList(0, limit) : rows;
        return new Page<>(kept.stream().map(item).toList(), more ? cursorOf.apply(kept.getLast()) : null);
    }
}
