/**
 * Page-table entries, page tables and page frames: flat arrays of primitives. Nothing here knows a notifier or a flush;
 * every change of an entry goes through {@code io.mmulab.kernel.pgtable}.
 */
@NullMarked
package io.mmulab.kernel.paging;

import org.jspecify.annotations.NullMarked;
