/**
 * The mmu notifier machinery: who subscribed to an address space, and the one place through which every call goes
 * ({@link io.mmulab.kernel.notifier.MmuNotifiers}). It emits the event, calls the subscribers and records what each did.
 */
@NullMarked
package io.mmulab.kernel.notifier;

import org.jspecify.annotations.NullMarked;
