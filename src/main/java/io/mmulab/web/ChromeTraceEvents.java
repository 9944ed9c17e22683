package io.mmulab.web;

import java.io.IOException;
import java.io.Writer;
import java.util.HashMap;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

import io.mmulab.history.EventRow;
import io.mmulab.kernel.event.Phase;
import io.mmulab.lab.json.Numbers;

/** Windows of an address space are slices on its track; everything else is an instant on the track of who did it. */
final class ChromeTraceEvents implements EventWriter {
    private final Writer out;
    private final JsonMapper json;
    private final Map<String, Integer> machines = new HashMap<>();
    private final Map<String, Integer> tracks = new HashMap<>();
    private boolean first = true;

    ChromeTraceEvents(Writer out, JsonMapper json) throws IOException {
        this.out = out;
        this.json = json;
        out.write("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
    }

    @Override
    public void write(EventRow row) throws IOException {
        int pid = machine(row.machine());
        int tid = track(pid, row.subscriber() == null ? "mm " + row.addressSpace() : row.subscriber());
        String name = row.type() == null ? row.phase() + " " + row.cause().function()
                : row.type() + " " + row.cause().function();
        String head = "\"pid\":" + pid + ",\"tid\":" + tid + ",\"ts\":" + row.nanoseconds() / 1000 + "."
                + "%03d".formatted(row.nanoseconds() % 1000);
        boolean call = row.subscriber() == null;
        if (call && row.phase() == Phase.RANGE_START) {
            emit("{\"ph\":\"B\"," + head + ",\"name\":" + json.writeValueAsString(name) + arguments(row) + "}");
        } else if (call && (row.phase() == Phase.RANGE_END || row.phase() == Phase.RANGE_ONLY_END)) {
            emit("{\"ph\":\"E\"," + head + "}");
        } else {
            String what = row.reaction() == null ? row.phase().name() : row.phase() + " " + row.reaction();
            emit("{\"ph\":\"i\",\"s\":\"t\"," + head + ",\"name\":" + json.writeValueAsString(what)
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
        emit("{\"ph\":\"M\",\"pid\":" + pid + ",\"name\":\"process_name\",\"args\":{\"name\":"
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
        emit("{\"ph\":\"M\",\"pid\":" + pid + ",\"tid\":" + tid
                + ",\"name\":\"thread_name\",\"args\":{\"name\":" + json.writeValueAsString(actor) + "}}");
        return tid;
    }

    private void emit(String event) throws IOException {
        out.write(first ? "\n" : ",\n");
        first = false;
        out.write(event);
    }

    @Override
    public void end() throws IOException {
        out.write("\n]}\n");
        out.flush();
    }
}
