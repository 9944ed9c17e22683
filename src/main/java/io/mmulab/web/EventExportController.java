package io.mmulab.web;

import java.io.IOException;
import java.util.List;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.history.EventFilter;
import io.mmulab.history.EventHistory;
import io.mmulab.history.EventOrder;
import io.mmulab.history.FoundEvent;

/** All events that match, at once. Asks for a page of them at a time, and for no more when the client is gone. */
@RestController
@Tag(name = "events")
class EventExportController {
    private static final int PAGE = 4096;

    private final EventHistory events;
    private final JsonMapper json;

    EventExportController(EventHistory events, JsonMapper json) {
        this.events = events;
        this.json = json;
    }

    @Operation(operationId = "exportEvents", summary = "Export notifier events",
            description = "All events that match, however many, in order of machine and number: NDJSON; CSV; CHROME_TRACE, "
                    + "which Perfetto opens, with a track for each address space and device; or PARQUET, which DuckDB, pandas "
                    + "and Polars open: the fields of NDJSON as columns, recordedAt as a UTC timestamp in microseconds, start "
                    + "and end as unsigned 64-bit integers.")
    @ApiResponse(responseCode = "200", description = "The events in the format that was asked for",
            content = @Content(mediaType = MediaType.ALL_VALUE, schema = @Schema(type = "string", format = "binary")))
    @GetMapping(ApiPaths.ROOT + "/events/export")
    void export(@Valid @ParameterObject EventQuery query,
            @Parameter(description = "NDJSON, CSV, CHROME_TRACE or PARQUET") @RequestParam(
                    defaultValue = "NDJSON") ExportFormat format,
            HttpServletResponse response) throws IOException {
        EventFilter filter = query.toFilter();
        List<FoundEvent> page = events.find(filter, EventOrder.SEQUENCE, null, PAGE);
        response.setContentType(format.mediaType());
        EventWriter writer = format.to(response.getOutputStream(), json);
        while (!page.isEmpty()) {
            for (FoundEvent event : page) {
                writer.write(event.row());
            }
            page = page.size() < PAGE ? List.of()
                    : events.find(filter, EventOrder.SEQUENCE, page.getLast().position(), PAGE);
        }
        writer.end();
    }
}
