package io.mmulab.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/** Follows the events of a machine. When its stream ends, it comes back with what it saw last. */
final class PatientReader implements Callable<List<Long>> {
    private final Service service;
    private final PatientClient writer;
    private final List<Long> seen = new ArrayList<>();
    private String lastEventId = "";
    private int interrupted;
    private final AtomicInteger opened = new AtomicInteger();
    private volatile long wanted = Long.MAX_VALUE;
    private volatile InputStream stream = InputStream.nullInputStream();

    PatientReader(Service service, PatientClient writer) {
        this.service = service;
        this.writer = writer;
    }

    /** Numbers of the events, in the order in which they came. */
    @Override
    public List<Long> call() throws IOException, InterruptedException {
        String machine = writer.machine().join();
        String path = "/api/v1/events/stream?machine=" + machine.substring(machine.lastIndexOf('/') + 1);
        while (seen.size() < wanted) {
            HttpResponse<InputStream> answer = service.open(path, lastEventId);
            stream = answer.body();
            try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                assertThat(answer.statusCode()).isEqualTo(200);
                opened.incrementAndGet();
                read(lines);
            } catch (IOException e) {
                // The service had no better way to say that the stream has ended.
            }
        }
        return seen;
    }

    /** Ends when it has seen so many events, which it may have already. */
    void until(long events) throws IOException {
        wanted = events;
        stream.close();
    }

    private void read(BufferedReader lines) throws IOException {
        String id = "";
        for (String line = lines.readLine(); line != null && seen.size() < wanted; line = lines.readLine()) {
            if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("data: ")) {
                Service.json(line.substring(6)).forEach(row -> seen.add(row.get("seq").asLong()));
                lastEventId = id;
            } else if (line.startsWith(": the database does not answer")) {
                interrupted++;
            }
        }
    }

    /** How many streams it needed so far. */
    int opened() {
        return opened.get();
    }

    /** How often it was told to wait. */
    int interrupted() {
        return interrupted;
    }
}
