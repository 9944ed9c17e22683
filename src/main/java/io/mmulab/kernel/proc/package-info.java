/**
 * What {@code /proc} shows of an address space, computed as {@code fs/proc/task_mmu.c} and {@code fs/proc/page.c} do: start
 * with {@link io.mmulab.kernel.proc.Smaps} for whole VMAs and {@link io.mmulab.kernel.proc.Pagemap} for single pages. Both
 * only read; {@link io.mmulab.kernel.proc.ClearRefs} is the file that is written.
 */
@NullMarked
package io.mmulab.kernel.proc;

import org.jspecify.annotations.NullMarked;
