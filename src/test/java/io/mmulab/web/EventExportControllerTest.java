package io.mmulab.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.history.EventHistory;
import io.mmulab.history.EventPosition;

/** Exports and clients that go away. */
class EventExportControllerTest {
    private static final EventQuery ALL = new EventQuery(null, null, null, null, null, null, null, null, null, null,
            null, null, null, null, null, null);
    private static final int BYTES = 2 << 20;

    private final EventHistory events = mock(EventHistory.class);
    private final HttpServletResponse response = mock(HttpServletResponse.class);

    /** There are events without end: only the client ends it. */
    @ParameterizedTest
    @EnumSource(ExportFormat.class)
    void aClientThatGoesAwayEndsTheQuery(ExportFormat format) throws IOException {
        var pages = new AtomicInteger();
        when(events.find(any(), any(), any(), anyInt())).thenAnswer(call -> {
            pages.incrementAndGet();
            EventPosition behind = call.getArgument(2);
            return SampleEvents.page(behind == null ? 0 : behind.seq(), call.getArgument(3));
        });
        var client = new Client();
        when(response.getOutputStream()).thenReturn(client);

        assertThatThrownBy(() -> new EventExportController(events, new JsonMapper()).export(ALL, format, response))
                .isInstanceOf(IOException.class).hasMessage("Broken pipe");

        assertThat(client.refused).isEqualTo(1);
        assertThat(pages.get()).isGreaterThan(1);
    }

    /** Takes some bytes and leaves. */
    private static final class Client extends ServletOutputStream {
        private int taken;
        private int refused;

        @Override
        public void write(int b) throws IOException {
            if (taken == BYTES) {
                refused++;
                throw new IOException("Broken pipe");
            }
            taken++;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {}
    }
}
