/**
 * The one place that writes page tables ({@link io.mmulab.kernel.pgtable.PageTableOps}): the kernel's verbs, each of which
 * joins the write of the entry, the architecture's flush rule, the kernel design's notifier rule and the checker's view.
 */
@NullMarked
package io.mmulab.kernel.pgtable;

import org.jspecify.annotations.NullMarked;
