package io.mmulab.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractHttpMessageConverter;
import org.springframework.stereotype.Component;

import io.mmulab.lab.comparison.ComparisonProgress;
import io.mmulab.lab.comparison.ComparisonTable;
import io.mmulab.lab.comparison.ComparisonTable.Cell;

/** A comparison as text/plain: a table to read in a terminal. */
@Component
class ComparisonText extends AbstractHttpMessageConverter<ComparisonProgress> {
    private static final String ROW = "%-14s %-24s %-20s %6s %8s %8s %9s %8s %12s  %s%n";

    ComparisonText() {
        super(StandardCharsets.UTF_8, MediaType.TEXT_PLAIN);
    }

    @Override
    protected boolean supports(Class<?> type) {
        return type == ComparisonProgress.class;
    }

    @Override
    public boolean canRead(Class<?> type, @org.jspecify.annotations.Nullable MediaType mediaType) {
        return false;
    }

    @Override
    protected ComparisonProgress readInternal(Class<? extends ComparisonProgress> type, HttpInputMessage input) {
        throw new IllegalStateException("comparisons are not read from text");
    }

    @Override
    protected void writeInternal(ComparisonProgress progress, HttpOutputMessage output) throws IOException {
        output.getBody().write(text(progress).getBytes(StandardCharsets.UTF_8));
    }

    static String text(ComparisonProgress progress) {
        ComparisonTable table = progress.table();
        if (table == null) {
            return "comparison %s: %s, %d lines done of %s, %d cells%n".formatted(progress.id(), progress.status(),
                    progress.linesDone(), progress.lines(), progress.cells());
        }
        StringBuilder text = new StringBuilder("comparison " + progress.id() + "\n\n");
        text.append(ROW.formatted("architecture", "kernel design", "device", "stuck", "calls", "dropped", "spurious",
                "refaults", "simulated ns", "violations"));
        for (Cell cell : table.cells()) {
            text.append(ROW.formatted(cell.architecture(), cell.kernelDesign(), cell.device(),
                    cell.stuckDeviceAccesses(),
                    cell.notifierCalls().values().stream().mapToLong(Long::longValue).sum(), cell.entriesDropped(),
                    cell.spuriousZaps(), cell.refaults(), cell.simulatedNanoseconds(), violations(cell.violations())));
        }
        return text.toString();
    }

    private static String violations(Map<String, Long> violations) {
        return violations.isEmpty() ? "-"
                : violations.entrySet().stream().map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", "));
    }
}
