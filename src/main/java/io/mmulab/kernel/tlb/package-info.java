/**
 * CPU TLBs and the one place that flushes them ({@link io.mmulab.kernel.tlb.TlbFlush}), which is also where the design
 * {@code linux-6.6} tells secondary MMUs.
 */
@NullMarked
package io.mmulab.kernel.tlb;

import org.jspecify.annotations.NullMarked;
