/**
 * The contract between the memory manager and a device that caches or copies translations
 * ({@link io.mmulab.kernel.secondary.SecondaryMmu}), and what the kernel offers its driver
 * ({@link io.mmulab.kernel.secondary.MmuServices}). The devices themselves are in {@code io.mmulab.device}.
 */
@NullMarked
package io.mmulab.kernel.secondary;

import org.jspecify.annotations.NullMarked;
