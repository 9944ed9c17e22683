package io.mmulab.history;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How to group events.
 *
 * @param columns what the events of a group agree in
 * @param bucket width of intervals of the time when they were stored; null for one
 * @param simulatedBucket width of intervals of simulated time in nanoseconds; null for one
 * @param distinctPages whether to count different pages, which needs a look at every row
 */
public record EventGrouping(List<EventColumn> columns, @Nullable Duration bucket, @Nullable Long simulatedBucket,
        boolean distinctPages) {

    /** Only by columns. */
    public static EventGrouping by(EventColumn... columns) {
        return new EventGrouping(List.of(columns), null, null, false);
    }
}
