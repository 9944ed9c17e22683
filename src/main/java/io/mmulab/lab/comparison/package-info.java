/**
 * One workload on a matrix of machines: {@link io.mmulab.lab.comparison.Comparisons} runs a trace or a list of operations on
 * each architecture, kernel design and device, and keeps the table. The trace is read once and feeds all cells.
 */
@NullMarked
package io.mmulab.lab.comparison;

import org.jspecify.annotations.NullMarked;
