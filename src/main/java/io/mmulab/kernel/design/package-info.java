/**
 * The two axes of a kernel that the lab turns: its {@link io.mmulab.kernel.design.KernelVersion version} and its
 * {@link io.mmulab.kernel.design.KernelDesign design}, the set of places where it tells secondary MMUs. Both are data.
 */
@NullMarked
package io.mmulab.kernel.design;

import org.jspecify.annotations.NullMarked;
