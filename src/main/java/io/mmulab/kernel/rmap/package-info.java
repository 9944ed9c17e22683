/**
 * Reverse mapping ({@code mm/rmap.c}): from a page to the entries that map it, in every address space. Start with
 * {@link io.mmulab.kernel.rmap.Rmap}.
 */
@NullMarked
package io.mmulab.kernel.rmap;

import org.jspecify.annotations.NullMarked;
