/**
 * Swap space ({@code mm/swapfile.c}) and the swap cache in front of it ({@code mm/swap_state.c}):
 * {@link io.mmulab.kernel.swap.SwapArea}.
 */
@NullMarked
package io.mmulab.kernel.swap;

import org.jspecify.annotations.NullMarked;
