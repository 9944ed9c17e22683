package io.mmulab.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractHttpMessageConverter;
import org.springframework.stereotype.Component;

import io.mmulab.lab.catalogue.ScenarioProgress;
import io.mmulab.lab.catalogue.ScenarioTable;
import io.mmulab.lab.catalogue.ScenarioTable.Result;
import io.mmulab.lab.catalogue.ScenarioTable.Row;

/** A run of scenarios as text/plain: a table to read in a terminal. */
@Component
class ScenarioText extends AbstractHttpMessageConverter<ScenarioProgress> {
    private static final int TITLE = 72;

    ScenarioText() {
        super(StandardCharsets.UTF_8, MediaType.TEXT_PLAIN);
    }

    @Override
    protected boolean supports(Class<?> type) {
        return type == ScenarioProgress.class;
    }

    @Override
    public boolean canRead(Class<?> type, @org.jspecify.annotations.Nullable MediaType mediaType) {
        return false;
    }

    @Override
    protected ScenarioProgress readInternal(Class<? extends ScenarioProgress> type, HttpInputMessage input) {
        throw new IllegalStateException("runs are not read from text");
    }

    @Override
    protected void writeInternal(ScenarioProgress progress, HttpOutputMessage output) throws IOException {
        output.getBody().write(text(progress).getBytes(StandardCharsets.UTF_8));
    }

    static String text(ScenarioProgress progress) {
        ScenarioTable table = progress.table();
        if (table == null) {
            return "run %s: %s, %d of %d machines done%n".formatted(progress.id(), progress.status(),
                    progress.cellsDone(), progress.cells());
        }
        StringBuilder text = new StringBuilder("run " + progress.id() + "\n\n");
        text.append("%-10s %-72s".formatted("", "statement"));
        table.designs().forEach(design -> text.append(" %-24s".formatted(design)));
        text.append('\n');
        for (Row row : table.rows()) {
            text.append("%-10s %-72s".formatted(row.id(), cut(row.title())));
            text.append(table.designs().stream().map(design -> " %-24s".formatted(cell(row, design)))
                    .collect(Collectors.joining())).append('\n');
        }
        return text.toString();
    }

    private static String cut(String title) {
        return title.length() <= TITLE ? title : title.substring(0, TITLE - 3) + "...";
    }

    private static String cell(Row row, String design) {
        return row.results().stream().filter(result -> result.design().equals(design)).map(ScenarioText::cell)
                .findFirst().orElse("-");
    }

    private static String cell(Result result) {
        return result.verdict() + (result.asExpected() ? "" : " (!)") + "; " + result.happened();
    }
}
