package io.mmulab.web;

import java.io.IOException;
import java.io.Writer;

import org.jspecify.annotations.Nullable;

import io.mmulab.history.EventRow;
import io.mmulab.lab.json.Numbers;

/** Events as lines of comma-separated values. */
final class CsvEvents implements EventWriter {
    private final Writer out;

    CsvEvents(Writer out) throws IOException {
        this.out = out;
        out.write("machine,seq,operation,nanoseconds,recordedAt,addressSpace,phase,type,start,end,blockable,cause,"
                + "subscriber,reaction,entries,violation\r\n");
    }

    @Override
    public void write(EventRow row) throws IOException {
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

    @Override
    public void end() throws IOException {
        out.flush();
    }
}
