package io.mmulab.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Changes a machine of its own. What is answered 503 it sends again with the same key, or, where it sends no keys, looks at what became
 * of it.
 */
final class PatientClient implements Callable<PatientClient> {
    private static final String NEW_MACHINE = """
            {"architecture": "arm64", "kernelDesign": "linux-6.6", "devices": [{"name": "smmu", "model": "smmuv3-sva"}]}
            """;
    private static final String MAPPING = """
            {"op": "mmap", "mm": 1, "address": "0x7f0000000000", "length": "256k", "prot": ["PROT_READ", "PROT_WRITE"],
             "flags": ["MAP_PRIVATE", "MAP_ANONYMOUS", "MAP_FIXED"]}
            """;

    private final Service service;
    private final String name;
    private final boolean sendsKeys;
    private final Runnable onAnswer;
    private final Random random;
    private final CompletableFuture<String> made = new CompletableFuture<>();
    private String machine = "";
    private long version;
    private int sent;
    private int unanswered;
    private volatile boolean stopping;

    PatientClient(Service service, String name, long seed, boolean sendsKeys, Runnable onAnswer) {
        this.service = service;
        this.name = name;
        this.sendsKeys = sendsKeys;
        this.onAnswer = onAnswer;
        this.random = new Random(seed);
    }

    void stop() {
        stopping = true;
    }

    /** The machine that it changes, when it has one. */
    CompletableFuture<String> machine() {
        return made;
    }

    /** Changes of which it did not hear. */
    int unanswered() {
        return unanswered;
    }

    @Override
    public PatientClient call() throws IOException, InterruptedException {
        HttpResponse<String> answer = again("/api/v1/machines", NEW_MACHINE, name);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        machine = answer.headers().firstValue("Location").orElseThrow();
        made.complete(machine);
        version = operations();
        change(1, MAPPING);
        while (!stopping) {
            int count = 1 + random.nextInt(4);
            change(count, Stream.generate(this::operation).limit(count).collect(Collectors.joining(",", "[", "]")));
        }
        change(1, operation());
        assertThat(operations()).isEqualTo(version);
        return this;
    }

    private void change(int count, String body) throws IOException, InterruptedException {
        String path = machine + "/operations";
        if (sendsKeys) {
            answered(again(path, body, name + "-" + ++sent), count);
            return;
        }
        HttpResponse<String> answer = service.post(path, body);
        if (answer.statusCode() == 503) {
            unanswered++;
            long there = operations();
            assertThat(there).as("%s had %d, and %d asked for", machine, version, count).isIn(version, version + count);
            version = there;
        } else {
            answered(answer, count);
        }
    }

    private void answered(HttpResponse<String> answer, int count) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(Service.json(answer).get(0).get("operation").asLong()).isEqualTo(version + 1);
        version += count;
        onAnswer.run();
    }

    private HttpResponse<String> again(String path, String body, String key) throws IOException, InterruptedException {
        HttpResponse<String> answer = service.post(path, body, "Idempotency-Key", key);
        while (answer.statusCode() == 503) {
            unanswered++;
            answer = service.post(path, body, "Idempotency-Key", key);
        }
        return answer;
    }

    private long operations() throws IOException, InterruptedException {
        HttpResponse<String> answer = service.get(machine);
        while (answer.statusCode() == 503) {
            answer = service.get(machine);
        }
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Service.json(answer).get("operations").asLong();
    }

    private String operation() {
        String address = "0x%x".formatted(0x7f0000000000L + random.nextInt(64) * 4096L);
        return switch (random.nextInt(4)) {
            case 0 -> """
                    {"op": "munmap", "mm": 1, "address": "%s", "length": "4k"}""".formatted(address);
            case 1 -> """
                    {"op": "deviceAccess", "device": "smmu", "address": "%s", "access": "READ"}""".formatted(address);
            default -> """
                    {"op": "access", "mm": 1, "address": "%s", "access": "WRITE", "value": %d}"""
                    .formatted(address, random.nextInt(100));
        };
    }
}
