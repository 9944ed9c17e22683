/**
 * Taking pages away from processes: {@link io.mmulab.kernel.reclaim.TryToUnmap} clears the entries that map a page,
 * {@link io.mmulab.kernel.reclaim.ShrinkFolioList} reclaims pages ({@code mm/vmscan.c}), and the advices of madvise that
 * ask for it.
 */
@NullMarked
package io.mmulab.kernel.reclaim;

import org.jspecify.annotations.NullMarked;
