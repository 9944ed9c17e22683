/**
 * The catalogue: the statements of the discussion of May 2023, and the bugs of its family, as scenarios that run. Each is a case
 * with expectations, a claim, and the verdict that each kernel design is expected to get; the files are
 * {@code src/main/resources/scenarios}. {@link io.mmulab.scenario.catalogue.Catalogue} has them all,
 * {@link io.mmulab.scenario.catalogue.ScenarioReader} reads one, {@link io.mmulab.scenario.catalogue.CellRun} plays one on one
 * machine.
 */
@NullMarked
package io.mmulab.scenario.catalogue;

import org.jspecify.annotations.NullMarked;
