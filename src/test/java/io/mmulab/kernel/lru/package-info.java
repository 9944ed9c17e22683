/** Pages wait in batches, and arrive on the lists that {@code mm/swap.c} moves them to. */
@NullMarked
package io.mmulab.kernel.lru;

import org.jspecify.annotations.NullMarked;
