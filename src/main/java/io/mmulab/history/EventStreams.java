package io.mmulab.history;

import java.util.List;

/**
 * Streams of an index: the rows that have the same values in its first columns come in order of machine and number.
 *
 * @param index whose last columns are the machine and the number
 * @param columns its first ones
 * @param values those of each stream
 */
record EventStreams(String index, List<String> columns, List<List<Long>> values) {

    /** A stream for each value of a column. */
    static EventStreams of(String index, String column, List<Long> values) {
        return new EventStreams(index, List.of(column), values.stream().map(List::of).toList());
    }

    /** The stream of an address space. */
    static EventStreams ofAddressSpace(int number) {
        return of("notifier_event_space", "address_space", List.of((long) number));
    }

    /** A stream for each range. */
    static EventStreams of(List<EventRange> ranges) {
        return new EventStreams("notifier_event_range", List.of("range_cell", "range_start", "range_end"),
                ranges.stream().map(range -> List.of(range.cell(), range.start(), range.end())).toList());
    }
}
