/**
 * Memory that fails or is taken out of use ({@code mm/memory-failure.c}): {@link io.mmulab.kernel.failure.MemoryFailure},
 * {@link io.mmulab.kernel.failure.SoftOffline}, and the advices of madvise that pretend it.
 */
@NullMarked
package io.mmulab.kernel.failure;

import org.jspecify.annotations.NullMarked;
