package io.mmulab.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import io.mmulab.history.EventHistory;
import io.mmulab.history.EventPosition;
import io.mmulab.history.EventRow;
import io.mmulab.history.FoundEvent;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.Phase;
import io.mmulab.testdb.TestDatabase;

/** The database goes away in the middle of an export, whose first page was sent: it must not look whole. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Import(TestDatabase.class)
@Tag("once")
class BrokenExportIT {
    private static final int PAGE = 4096;

    @MockitoBean
    private EventHistory events;

    @LocalServerPort
    private int port;

    @Test
    void anExportThatCantGoOnBreaksItsConnection() throws IOException, InterruptedException {
        var event = new FoundEvent(new EventRow("m", 1, 1, 0, Instant.EPOCH, 1, Phase.RANGE_START, null, 0, 4096, true,
                Cause.values()[0], null, null, 0, null), new EventPosition(1, 1, Instant.EPOCH));
        List<FoundEvent> page = Collections.nCopies(PAGE, event);
        when(events.find(any(), any(), any(), anyInt())).thenReturn(page)
                .thenThrow(new DataAccessResourceFailureException("away"));

        HttpResponse<InputStream> answer = HttpClient.newHttpClient().send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/v1/events/export")).build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        try (InputStream body = answer.body()) {
            assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
        }
    }
}
