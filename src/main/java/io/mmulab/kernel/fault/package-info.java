/**
 * Page faults: {@link io.mmulab.kernel.fault.PageFault} is the architecture's entry, {@link io.mmulab.kernel.fault.FaultHandler}
 * the kernel's decision tree ({@code handle_mm_fault()}).
 */
@NullMarked
package io.mmulab.kernel.fault;

import org.jspecify.annotations.NullMarked;
