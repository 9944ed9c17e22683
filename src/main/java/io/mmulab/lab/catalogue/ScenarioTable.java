package io.mmulab.lab.catalogue;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.scenario.catalogue.CellResult;

/**
 * What came out: a row a scenario, a column a design.
 *
 * @param designs names of the columns
 * @param rows in order of the catalogue
 */
public record ScenarioTable(List<String> designs, List<Row> rows) {

    /**
     * A scenario.
     *
     * @param id of the scenario
     * @param title the statement
     * @param href of the scenario
     * @param results a design each; designs that it is not about are left out
     */
    public record Row(String id, String title, String href, List<Result> results) {}

    /**
     * A scenario under a design.
     *
     * @param design name of the design
     * @param verdict true, refuted, depends, undecided
     * @param expected the verdict that the scenario says; absent if it says none
     * @param asExpected whether the verdict is that one, and every machine met every expectation
     * @param happened what became of the devices: ok, stuck, or the rules that were broken
     * @param cells a machine each
     */
    public record Result(String design, String verdict, @Nullable String expected, boolean asExpected,
            String happened, List<Cell> cells) {}

    /**
     * One machine.
     *
     * @param machine id
     * @param events where its events are
     * @param result what it made of the scenario
     */
    public record Cell(String machine, String events, CellResult result) {}
}
