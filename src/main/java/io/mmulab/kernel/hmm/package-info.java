/**
 * Heterogeneous memory management ({@code mm/hmm.c}): how a driver learns what an address range maps, and has it faulted in, to
 * fill a table of its own. Start with {@link io.mmulab.kernel.hmm.HmmRangeFault}.
 */
@NullMarked
package io.mmulab.kernel.hmm;

import org.jspecify.annotations.NullMarked;
