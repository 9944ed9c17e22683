package io.mmulab.web;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.history.DatabaseFailure;
import io.mmulab.history.EventFilter;
import io.mmulab.history.EventHistory;
import io.mmulab.history.EventRow;
import io.mmulab.history.FoundEvent;

/** Events as they come. */
@RestController
@Tag(name = "events")
class EventStreamController {
    private static final int MESSAGE = 100;
    private static final int STREAMS = 100;
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(15);

    private final EventHistory events;
    private final JsonMapper json;
    private final Semaphore streams = new Semaphore(STREAMS);
    private volatile boolean closing;

    EventStreamController(EventHistory events, JsonMapper json) {
        this.events = events;
        this.json = json;
    }

    @EventListener(ContextClosedEvent.class)
    void close() {
        closing = true;
    }

    @Operation(operationId = "streamEvents", summary = "Follow notifier events",
            description = "Server-sent events: each message is an array of up to 100 events of one machine in order, the stored "
                    + "ones first. Its id is a place in the stream: a client that comes back with it as Last-Event-ID "
                    + "misses nothing and gets nothing twice. While the database is away, comments say so, and the stream "
                    + "goes on afterwards. Names a machine or a comparison.")
    @ApiResponse(responseCode = "200", description = "Messages with arrays of events",
            content = @Content(mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                    schema = @Schema(implementation = EventRow.class)))
    @GetMapping(ApiPaths.ROOT + "/events/stream")
    void stream(@Valid @ParameterObject EventQuery query,
            @Parameter(description = "The id of the last message that was received") @RequestHeader(
                    name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            HttpServletResponse response) throws IOException {
        EventFilter filter = query.toFilter();
        if (filter.machine() == null && filter.comparison() == null) {
            throw ProblemException.aboutField(ProblemType.VALIDATION_FAILED,
                    "Send a machine or a comparison to follow.",
                    "machine", "or comparison is required");
        }
        Map<Long, Long> places = places(lastEventId);
        if (!streams.tryAcquire()) {
            throw ProblemException.of(ProblemType.TOO_MANY_STREAMS,
                    STREAMS + " clients follow events already. Try again later, or ask for pages.");
        }
        response.setContentType("text/event-stream;charset=UTF-8");
        response.setHeader("Cache-Control", "no-store");
        try (Writer out =
                new BufferedWriter(new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8))) {
            follow(filter, places, out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            streams.release();
        }
    }

    private void follow(EventFilter filter, Map<Long, Long> places, Writer out)
            throws IOException, InterruptedException {
        out.write(": following\n\n");
        out.flush();
        long silentSince = System.nanoTime();
        while (!closing) {
            boolean said = tell(filter, places, out);
            if (said) {
                silentSince = System.nanoTime();
            } else if (System.nanoTime() - silentSince > SIGN_OF_LIFE.toNanos()) {
                // A client that is gone is noticed only by writing to it.
                out.write(": still here\n\n");
                out.flush();
                silentSince = System.nanoTime();
            }
            // Whoever stores events may be another process, which tells nobody; on H2 nothing could.
            Thread.sleep(POLL);
        }
    }

    /** What is new, or that the database is away; false if there is nothing to tell. */
    private boolean tell(EventFilter filter, Map<Long, Long> places, Writer out) throws IOException {
        boolean said = false;
        try {
            for (Map.Entry<Long, Long> last : events.lastStored(filter).entrySet()) {
                while (places.getOrDefault(last.getKey(), 0L) < last.getValue()) {
                    said |= next(filter, last.getKey(), last.getValue(), places, out);
                }
            }
        } catch (RuntimeException e) {
            // A browser comes back to a stream that broke, and never to one that was answered 503.
            if (!DatabaseFailure.isAway(e)) {
                throw e;
            }
            out.write(": the database does not answer\n\n");
            out.flush();
            said = true;
        }
        return said;
    }

    /** Numbers of a machine become visible in order, so whatever is not above the last one is there. */
    private boolean next(EventFilter filter, long machine, long upTo, Map<Long, Long> places, Writer out)
            throws IOException {
        List<FoundEvent> found =
                events.findBehind(filter, machine, places.getOrDefault(machine, 0L), MESSAGE);
        long last = found.isEmpty() ? 0 : found.getLast().position().seq();
        places.put(machine, found.size() < MESSAGE ? Math.max(last, upTo) : last);
        if (found.isEmpty()) {
            return false;
        }
        out.write("id: " + id(places) + "\ndata: "
                + json.writeValueAsString(found.stream().map(FoundEvent::row).toList()) + "\n\n");
        out.flush();
        return true;
    }

    private static String id(Map<Long, Long> places) {
        List<String> words = new ArrayList<>();
        places.forEach((machine, seq) -> words.add(Long.toString(machine, 36) + ":" + Long.toString(seq, 36)));
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString(String.join(",", words).getBytes(StandardCharsets.US_ASCII));
    }

    private static Map<Long, Long> places(@Nullable String id) {
        Map<Long, Long> places = new TreeMap<>();
        if (id == null || id.isEmpty()) {
            return places;
        }
        try {
            for (String word : new String(Base64.getUrlDecoder().decode(id), StandardCharsets.US_ASCII).split(",",
                    -1)) {
                String[] pair = word.split(":", 2);
                places.put(Long.valueOf(pair[0], 36), Long.valueOf(pair[1], 36));
            }
            return places;
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw ProblemException.aboutField(ProblemType.BAD_CURSOR,
                    "Send the id of a message of this stream, or start again without one.", "Last-Event-ID",
                    "is not of this stream");
        }
    }
}
