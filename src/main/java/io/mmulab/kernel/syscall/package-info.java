/**
 * System calls of the memory manager, one class each, with Linux's order of checks. Results are what the kernel returns: a
 * value, or a negative {@link io.mmulab.kernel.syscall.Errno}.
 */
@NullMarked
package io.mmulab.kernel.syscall;

import org.jspecify.annotations.NullMarked;
