package io.mmulab.web;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.format.annotation.DurationFormat;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.mmulab.history.EventColumn;
import io.mmulab.history.EventFilter;
import io.mmulab.history.EventGroup;
import io.mmulab.history.EventGrouping;
import io.mmulab.history.EventHistory;
import io.mmulab.history.EventOrder;
import io.mmulab.history.EventPosition;
import io.mmulab.history.EventRow;
import io.mmulab.history.PageHeat;
import io.mmulab.history.WindowLatency;

/** Queries over notifier events. */
@RestController
@Tag(name = "events")
class EventController {
    private static final String PATH = ApiPaths.ROOT + "/events";
    private static final int MAX_GROUPS = 1000;

    private final EventHistory events;
    private final SparseEvents sparse;

    EventController(EventHistory events, SparseEvents sparse) {
        this.events = events;
        this.sparse = sparse;
    }

    @Operation(operationId = "findEvents", summary = "Find notifier events",
            description = "Ordered by machine, oldest first, and number within it, or by the time when they were stored. "
                    + "Ranges are half-open; times are simulated nanoseconds.")
    @ApiResponse(responseCode = "200", description = "A page of events",
            content = @Content(schema = @Schema(implementation = EventPage.class)))
    @GetMapping(PATH)
    Page<?> find(@Valid @ParameterObject EventQuery query,
            @Parameter(
                    description = "SEQUENCE: by machine and number. TIME: by the time when they were stored") @RequestParam(
                            defaultValue = "SEQUENCE") EventOrder sort,
            @Parameter(description = "Names of the fields to answer with; all unless given") @RequestParam(
                    required = false) @Nullable Set<String> fields,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit) {
        EventFilter filter = query.toFilter();
        Function<EventRow, ?> view = fields == null ? row -> row : sparse.of(fields);
        String text = filter + sort.name();
        return Page.of(events.find(filter, sort, position(Cursor.position(cursor, text)), limit + 1), limit,
                found -> view.apply(found.row()), found -> new Cursor(text, text(found.position())).encode());
    }

    /**
     * How pages of events are documented: all fields are there unless the request names some.
     *
     * @param items in order
     * @param next what to send as cursor for the part behind it; absent at the end
     */
    record EventPage(List<EventRow> items, @Nullable String next) {}

    @Operation(operationId = "summarizeEvents", summary = "Count notifier events",
            description = "How many events match, by the columns named in groupBy and by intervals of time: the first "
                    + MAX_GROUPS + " groups in order of machines, as they were made, then of the columns. Questions "
                    + "that need no single rows are answered from totals that are kept by minute.")
    @GetMapping(PATH + "/summary")
    Summary summary(@Valid @ParameterObject EventQuery query,
            @RequestParam(defaultValue = "PHASE") List<EventColumn> groupBy,
            @Parameter(
                    description = "Width of intervals of the time when events were stored, such as 1m or 1h30m") @RequestParam(
                            required = false) @DurationFormat(
                                    style = DurationFormat.Style.COMPOSITE) @Nullable Duration bucket,
            @Parameter(description = "Width of intervals of simulated time, in nanoseconds") @RequestParam(
                    required = false) @Nullable @Min(1) Long simulatedBucket,
            @Parameter(
                    description = "Whether to count different pages too, which takes a look at every row") @RequestParam(
                            defaultValue = "false") boolean distinctPages) {
        if (bucket != null && bucket.toSeconds() < 1) {
            throw ProblemException.aboutField(ProblemType.VALIDATION_FAILED, "Send a bucket of at least 1s.", "bucket",
                    "must be at least 1s");
        }
        var groups = events.summary(query.toFilter(),
                new EventGrouping(groupBy.stream().distinct().toList(), bucket, simulatedBucket, distinctPages),
                MAX_GROUPS + 1);
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

    @Operation(operationId = "findHotPages", summary = "Find the busiest pages",
            description = "Pages of 4 KiB in which the most ranges of events begin, busiest first. Ranges that mean a whole "
                    + "address space don't count.")
    @GetMapping(PATH + "/hot-pages")
    List<PageHeat> hotPages(@Valid @ParameterObject EventQuery query,
            @RequestParam(defaultValue = Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit) {
        return events.hotPages(query.toFilter(), limit);
    }

    @Operation(operationId = "measureWindows", summary = "Measure notifier windows",
            description = "Simulated nanoseconds between invalidate_range_start and its end, by notifier event: percentiles. "
                    + "The parameters phase, reaction, violation and subscriber mean nothing here.")
    @GetMapping(PATH + "/latency")
    List<WindowLatency> latency(@Valid @ParameterObject EventQuery query) {
        return events.latency(query.toFilter());
    }

    private static String text(EventPosition position) {
        return position.machine() + " " + position.seq() + " " + position.recordedAt();
    }

    private static @Nullable EventPosition position(String text) {
        if (text.isEmpty()) {
            return null;
        }
        String[] parts = text.split(" ", 3);
        return new EventPosition(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Instant.parse(parts[2]));
    }
}
