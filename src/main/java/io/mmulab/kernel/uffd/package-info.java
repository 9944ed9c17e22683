/**
 * userfaultfd: faults that user space resolves ({@code fs/userfaultfd.c}, {@code mm/userfaultfd.c}). Start with
 * {@link io.mmulab.kernel.uffd.Userfaultfd}, the calls of a process; {@link io.mmulab.kernel.uffd.UserfaultMonitor} is the
 * thread of that process that answers.
 */
@NullMarked
package io.mmulab.kernel.uffd;

import org.jspecify.annotations.NullMarked;
