/**
 * Scripts with expectations: lines that begin with {@code #=} say what must be so after the operation above them. Suites of
 * tests and the catalogue of scenarios share this one syntax, which {@code docs/scenarios.md} describes.
 * {@link io.mmulab.scenario.expect.ScriptCase} reads a case, {@link io.mmulab.scenario.expect.CasePlayer} plays it on a machine,
 * {@link io.mmulab.scenario.expect.Expression} computes with what was seen.
 */
@NullMarked
package io.mmulab.scenario.expect;

import org.jspecify.annotations.NullMarked;
