/**
 * The lists that reclaim works on, and the per-CPU batches in front of them ({@code mm/swap.c}, {@code mm/folio.c}): a page
 * on a batch has one more reference, which decides whether a write fault may take it over.
 */
@NullMarked
package io.mmulab.kernel.lru;

import org.jspecify.annotations.NullMarked;
