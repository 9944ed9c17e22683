package io.mmulab.scenario.catalogue;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * What a kernel design makes of a scenario.
 *
 * @param design name of the design
 * @param verdict of all its machines together
 * @param expected what the file says; null if it says nothing
 * @param cells one a machine
 */
public record DesignResult(String design, Verdict verdict, @Nullable Verdict expected, List<CellResult> cells) {

    /** The list is copied. */
    public DesignResult {
        cells = List.copyOf(cells);
    }

    /** Sums up the machines of one design. */
    public static DesignResult of(Scenario scenario, String design, List<CellResult> cells) {
        return new DesignResult(design,
                Verdict.of(cells.stream().map(CellResult::claim).filter(Objects::nonNull).toList()),
                scenario.expected(design), cells);
    }

    /** Whether the verdict is the expected one, where there is one, and every machine did what the file says. */
    public boolean isAsExpected() {
        return (expected == null || expected == verdict)
                && cells.stream().allMatch(cell -> cell.wrong().isEmpty() && cell.claim() != null);
    }

    /** What happened on its machines, each once. */
    public String happened() {
        return cells.stream().map(CellResult::happened).distinct().collect(Collectors.joining(" / "));
    }
}
