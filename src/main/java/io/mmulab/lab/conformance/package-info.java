/** Holds uploaded recordings against the simulated kernels: {@link io.mmulab.lab.conformance.ConformanceRuns}. */
@NullMarked
package io.mmulab.lab.conformance;

import org.jspecify.annotations.NullMarked;
