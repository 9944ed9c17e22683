/**
 * Scenarios as {@code .mm} scripts, the form of the recordings: {@link io.mmulab.scenario.Script} reads one,
 * {@link io.mmulab.scenario.ScenarioPlayer} plays it, line by line, on a machine, with the meaning that the recording
 * driver gives each line. {@link io.mmulab.scenario.ScriptOps} is the table of operations.
 */
@NullMarked
package io.mmulab.scenario;

import org.jspecify.annotations.NullMarked;
