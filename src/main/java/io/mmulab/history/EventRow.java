package io.mmulab.history;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.event.ViolationKind;
import io.mmulab.kernel.machine.Address;

/**
 * One notifier event: a call into the mmu notifier machinery, what a subscriber did on one, a CPU TLB flush, a device's
 * fault, or a broken rule.
 *
 * @param machine id of the machine
 * @param seq number within the machine, from 1, without gaps
 * @param operation number of the operation that caused it
 * @param nanoseconds simulated time since the machine was made
 * @param recordedAt when it was stored
 * @param addressSpace id of the address space
 * @param type {@code enum mmu_notifier_event}, where the call carries one
 * @param start first byte of the range
 * @param end end of the range, exclusive; 0xffffffffffffffff for the whole address space
 * @param blockable whether callbacks may sleep
 * @param cause the kernel function, or the checker's rule, behind it
 * @param subscriber name of the device that reacted; null on the call itself
 * @param reaction what the subscriber did
 * @param entries cached entries dropped, or faults taken
 * @param violation the broken rule
 * @param phase what kind of row
 */
public record EventRow(String machine, long seq, long operation, long nanoseconds, Instant recordedAt,
        int addressSpace, Phase phase, @Nullable EventType type, @Address long start, @Address long end,
        boolean blockable, Cause cause, @Nullable String subscriber, @Nullable Reaction reaction, int entries,
        @Nullable ViolationKind violation) {}
