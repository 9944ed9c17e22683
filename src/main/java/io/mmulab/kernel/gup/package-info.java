/**
 * Pages of a user address space for the kernel's own use ({@code mm/gup.c}): KVM, direct I/O, a debugger. Start with
 * {@link io.mmulab.kernel.gup.GetUserPages}.
 */
@NullMarked
package io.mmulab.kernel.gup;

import org.jspecify.annotations.NullMarked;
