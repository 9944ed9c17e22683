/**
 * Holds the simulated kernel against recordings of real ones: {@link io.mmulab.conformance.Recording} reads one,
 * {@link io.mmulab.conformance.Conformance} plays its script on a machine of that kernel's architecture and version and
 * compares operation by operation. What is left out of the comparison stands in
 * {@link io.mmulab.conformance.NotClaimed}, and nowhere else.
 */
@NullMarked
package io.mmulab.conformance;

import org.jspecify.annotations.NullMarked;
