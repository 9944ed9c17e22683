/**
 * What a simulated machine tells the world: one row for each call into the mmu notifier machinery, each reaction of a
 * subscriber, each CPU TLB flush, each device fault and each broken rule. Rows leave as primitives through an
 * {@link io.mmulab.kernel.event.EventSink}; nothing here allocates per event. Start with
 * {@link io.mmulab.kernel.event.Phase}.
 */
@NullMarked
package io.mmulab.kernel.event;

import org.jspecify.annotations.NullMarked;
