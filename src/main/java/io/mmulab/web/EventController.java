package io.mmulab.web;

import java.util.List;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.mmulab.history.EventColumn;
import io.mmulab.history.EventGroup;
import io.mmulab.history.EventHistory;
import io.mmulab.history.EventPosition;
import io.mmulab.history.EventRow;

/** Queries over notifier events. */
@RestController
@Tag(name = "events")
class EventController {
    private static final String PATH = ApiPaths.ROOT + "/events";
    private static final int MAX_GROUPS = 1000;

    private final EventHistory events;

    EventController(EventHistory events) {
        this.events = events;
    }

    @Operation(operationId = "findEvents", summary = "Find notifier events",
            description = "In order of machine and sequence number. Ranges are half-open; times are simulated nanoseconds.")
    @GetMapping(PATH)
    Page<EventRow> find(@Valid @ParameterObject EventQuery query,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit) {
        var filter = query.toFilter();
        String text = filter.toString();
        return Page.of(events.find(filter, position(Cursor.position(cursor, text)), limit + 1), limit, row -> row,
                row -> new Cursor(text, row.machine() + " " + row.seq()).encode());
    }

    @Operation(operationId = "summarizeEvents", summary = "Count notifier events",
            description = "How many events match, and the sum of their entries, by the columns named in groupBy.")
    @GetMapping(PATH + "/summary")
    Summary summary(@Valid @ParameterObject EventQuery query,
            @RequestParam(defaultValue = "PHASE") List<EventColumn> groupBy) {
        var groups = events.summary(query.toFilter(), groupBy.stream().distinct().toList(), MAX_GROUPS + 1);
        boolean truncated = groups.size() > MAX_GROUPS;
        return new Summary(truncated ? groups.subList(0, MAX_GROUPS) : groups, truncated);
    }

    /**
     * Counts.
     *
     * @param truncated whether there are more groups than are shown
     * @param groups one for each combination of values that occurs
     */
    record Summary(List<EventGroup> groups, boolean truncated) {}

    private static @Nullable EventPosition position(String text) {
        int space = text.indexOf(' ');
        return space < 0 ? null
                : new EventPosition(text.substring(0, space), Long.parseLong(text.substring(space + 1)));
    }
}
