package io.mmulab.web;

import java.io.IOException;
import java.io.Writer;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.history.EventRow;
import io.mmulab.kernel.event.Phase;
import io.mmulab.lab.json.Numbers;

/** Writes events one after the other, in a format for other programs, and keeps none of them. */
abstract class EventExport {
    /** Formats of exports. */
    enum Format {
        /** A JSON object a line. */
        NDJSON(MediaTypes.NDJSON),
        /** Comma-separated, as RFC 4180 has it, with a line of names. */
        CSV("text/csv;charset=UTF-8"),
        /** Trace Event Format, which Perfetto and chrome://tracing open: a process a machine, a track an actor. */
        CHROME_TRACE("application/json");

        private final String mediaType;

        Format(String mediaType) {
            this.mediaType = mediaType;
        }

        String mediaType() {
            return mediaType;
        }

        EventExport to(Writer out, JsonMapper json) {
            return switch (this) {
                case NDJSON -> new Ndjson(out, json);
                case CSV -> new Csv(out);
                case CHROME_TRACE -> new ChromeTrace(out, json);
            };
        }
    }

    final Writer out;

    EventExport(Writer out) {
        this.out = out;
    }

    void begin() throws IOException {}

    abstract void row(EventRow row) throws IOException;

    void end() throws IOException {}

    private static final class Ndjson extends EventExport {
        private final JsonMapper json;

        Ndjson(Writer out, JsonMapper json) {
            super(out);
            this.json = json;
        }

        @Override
        void row(EventRow row) throws IOException {
            out.write(json.writeValueAsString(row));
            out.write('\n');
        }
    }

    private static final class Csv extends EventExport {
        Csv(Writer out) {
            super(out);
        }

        @Override
        void begin() throws IOException {
            out.write("machine,seq,operation,nanoseconds,recordedAt,addressSpace,phase,type,start,end,blockable,cause,"
                    + "subscriber,reaction,entries,violation\r\n");
        }

        @Override
        void row(EventRow row) throws IOException {
            field(row.machine());
            field(row.seq());
            field(row.operation());
            field(row.nanoseconds());
            field(row.recordedAt());
            field(row.addressSpace());
            field(row.phase());
            field(row.type());
            field(Numbers.address(row.start()));
            field(Numbers.address(row.end()));
            field(row.blockable());
            field(row.cause());
            field(row.subscriber());
            field(row.reaction());
            field(row.entries());
            out.write(text(row.violation()));
            out.write("\r\n");
        }

        private void field(@Nullable Object value) throws IOException {
            out.write(text(value));
            out.write(',');
        }

        private static String text(@Nullable Object value) {
            String text = value == null ? "" : value.toString();
            return text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                    ? '"' + text.replace("\"", "\"\"") + '"'
                    : text;
        }
    }

    /** Windows of an address space are slices on its track; everything else is an instant on the track of who did it. */
    private static final class ChromeTrace extends EventExport {
        private final JsonMapper json;
        private final Map<String, Integer> machines = new HashMap<>();
        private final Map<String, Integer> tracks = new HashMap<>();
        private boolean first = true;

        ChromeTrace(Writer out, JsonMapper json) {
            super(out);
            this.json = json;
        }

        @Override
        void begin() throws IOException {
            out.write("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
        }

        @Override
        void row(EventRow row) throws IOException {
            int pid = machine(row.machine());
            int tid = track(pid, row.subscriber() == null ? "mm " + row.addressSpace() : row.subscriber());
            String name = row.type() == null ? row.phase() + " " + row.cause().function()
                    : row.type() + " " + row.cause().function();
            String head = "\"pid\":" + pid + ",\"tid\":" + tid + ",\"ts\":" + row.nanoseconds() / 1000 + "."
                    + "%03d".formatted(row.nanoseconds() % 1000);
            boolean call = row.subscriber() == null;
            if (call && row.phase() == Phase.RANGE_START) {
                write("{\"ph\":\"B\"," + head + ",\"name\":" + json.writeValueAsString(name) + arguments(row) + "}");
            } else if (call && (row.phase() == Phase.RANGE_END || row.phase() == Phase.RANGE_ONLY_END)) {
                write("{\"ph\":\"E\"," + head + "}");
            } else {
                String what = row.reaction() == null ? row.phase().name() : row.phase() + " " + row.reaction();
                write("{\"ph\":\"i\",\"s\":\"t\"," + head + ",\"name\":" + json.writeValueAsString(what)
                        + arguments(row)
                        + "}");
            }
        }

        private static String arguments(EventRow row) {
            return ",\"args\":{\"seq\":" + row.seq() + ",\"operation\":" + row.operation() + ",\"start\":\""
                    + Numbers.address(row.start()) + "\",\"end\":\"" + Numbers.address(row.end()) + "\",\"cause\":\""
                    + row.cause() + "\",\"entries\":" + row.entries()
                    + (row.violation() == null ? "" : ",\"violation\":\"" + row.violation() + "\"") + "}";
        }

        private int machine(String id) throws IOException {
            Integer known = machines.get(id);
            if (known != null) {
                return known;
            }
            int pid = machines.size() + 1;
            machines.put(id, pid);
            write("{\"ph\":\"M\",\"pid\":" + pid + ",\"name\":\"process_name\",\"args\":{\"name\":"
                    + json.writeValueAsString("machine " + id) + "}}");
            return pid;
        }

        private int track(int pid, String actor) throws IOException {
            Integer known = tracks.get(pid + " " + actor);
            if (known != null) {
                return known;
            }
            int tid = tracks.size() + 1;
            tracks.put(pid + " " + actor, tid);
            write("{\"ph\":\"M\",\"pid\":" + pid + ",\"tid\":" + tid
                    + ",\"name\":\"thread_name\",\"args\":{\"name\":" + json.writeValueAsString(actor) + "}}");
            return tid;
        }

        private void write(String event) throws IOException {
            out.write(first ? "\n" : ",\n");
            first = false;
            out.write(event);
        }

        @Override
        void end() throws IOException {
            out.write("\n]}\n");
        }
    }
}
