package io.mmulab.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.kernel.machine.MachineSpec;

/**
 * A recording: a header line, then one line an operation, each a JSON object. Lines are read as they are asked for. The
 * state of a process is printed only where it changed; here each operation has the states of all processes.
 */
public final class Recording {
    /** Most operations. */
    public static final int MAX_OPERATIONS = 10_000;
    /** Most characters of a line. */
    public static final int MAX_LINE_LENGTH = 8 << 20;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final BufferedReader lines;
    private final Places places = new Places();
    private final String scenario;
    private final String kernel;
    private final MachineSpec spec;
    private final Map<String, ProcessState> states = new LinkedHashMap<>();
    private final Map<String, String> pool = new LinkedHashMap<>();
    private int line;

    private Recording(BufferedReader lines, UnaryOperator<MachineSpec> machine) throws IOException {
        this.lines = lines;
        JsonNode header = next();
        if (header == null || !header.has("kernel")) {
            throw new RecordingException(1, "no header: an object with kernel and regions");
        }
        scenario = header.path("scenario").asString("");
        kernel = header.path("kernel").asString("");
        try {
            spec = machine.apply(KernelMachines.of(kernel));
        } catch (IllegalArgumentException e) {
            throw new RecordingException(line, String.valueOf(e.getMessage()));
        }
        for (JsonNode region : header.path("regions")) {
            places.add(region.path("name").asString(""), hex(region, "base"), hex(region, "len"),
                    Math.max(1, region.path("page").asLong(4096)));
        }
    }

    /**
     * Reads the header of a recording; the caller closes the reader.
     *
     * @throws RecordingException if it is not a recording
     */
    public static Recording open(BufferedReader lines) throws IOException {
        return open(lines, UnaryOperator.identity());
    }

    /** As {@link #open(BufferedReader)}, held against what {@code machine} makes of the kernel's machine. */
    public static Recording open(BufferedReader lines, UnaryOperator<MachineSpec> machine) throws IOException {
        return new Recording(lines, machine);
    }

    /** Name of the scenario, as the header says. */
    public String scenario() {
        return scenario;
    }

    /** Name of the kernel, as {@code x86_64-6.12}. */
    public String kernel() {
        return kernel;
    }

    /** The machine that stands for the kernel. */
    MachineSpec spec() {
        return spec;
    }

    /** The line that was read last, counted from 1. */
    int line() {
        return line;
    }

    Places places() {
        return places;
    }

    /** The next operation that ran, or null at the end. */
    @Nullable
    RecordedOperation nextOperation() throws IOException {
        JsonNode node = next();
        while (node != null && node.has("not_run")) {
            node = next();
        }
        if (node == null) {
            return null;
        }
        if (line > MAX_OPERATIONS + 1) {
            throw new RecordingException(line, "more than " + MAX_OPERATIONS + " operations");
        }
        if (!node.has("op") || !node.has("proc")) {
            throw new RecordingException(line, "an operation without op or proc");
        }
        try {
            return operation(node);
        } catch (JacksonException e) {
            throw new RecordingException(line, "a value of another kind: " + e.getOriginalMessage());
        }
    }

    private RecordedOperation operation(JsonNode node) {
        String process = node.get("proc").asString();
        RecordedStates reader = new RecordedStates(places, line);
        for (Map.Entry<String, JsonNode> state : node.path("state").properties()) {
            states.put(state.getKey(), reader.read(state.getValue()));
        }
        for (Map.Entry<String, JsonNode> counter : node.path("hugepages").properties()) {
            pool.put("hugepages." + counter.getKey(), counter.getValue().asString());
        }
        Map<String, String> fields = RecordedFields.of(node, places);
        fields.putAll(pool);
        OperationResult result = new OperationResult(fields,
                RecordedEvents.of(node.path("events"), process, places, line), new LinkedHashMap<>(states));
        long mappedAt = node.path("ret").isString() ? hex(node, "raw") : 0;
        return new RecordedOperation(node.path("i").asInt(line - 2), process, node.get("op").asString(), mappedAt,
                isEndedByWorker(node.path("events")), result);
    }

    private static boolean isEndedByWorker(JsonNode events) {
        for (JsonNode event : events) {
            if (event.path("e").asString("").equals("mn_release") && event.path("by").asString("").startsWith("kvm-")) {
                return true;
            }
        }
        return false;
    }

    private @Nullable JsonNode next() throws IOException {
        String text = readLine();
        if (text == null) {
            return null;
        }
        try {
            JsonNode node = MAPPER.readTree(text);
            if (!node.isObject()) {
                throw new RecordingException(line, "not a JSON object");
            }
            return node;
        } catch (JacksonException e) {
            throw new RecordingException(line, "not JSON: " + e.getOriginalMessage());
        }
    }

    /** As {@link BufferedReader#readLine()}, without reading more than a line may have. */
    private @Nullable String readLine() throws IOException {
        line++;
        StringBuilder text = new StringBuilder();
        int character = lines.read();
        if (character < 0) {
            return null;
        }
        while (character >= 0 && character != '\n') {
            if (text.length() == MAX_LINE_LENGTH) {
                throw new RecordingException(line, "longer than " + MAX_LINE_LENGTH + " characters");
            }
            text.append((char) character);
            character = lines.read();
        }
        return text.toString();
    }

    private long hex(JsonNode node, String key) {
        String text = node.path(key).asString("");
        try {
            return Long.parseUnsignedLong(text.startsWith("0x") ? text.substring(2) : text, 16);
        } catch (NumberFormatException e) {
            throw new RecordingException(line, key + " is not hexadecimal: " + text);
        }
    }
}
