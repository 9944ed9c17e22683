package io.mmulab.kernel.arch;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Simulated nanoseconds of what a CPU does. Costs never influence behaviour.
 *
 * @param tlbHit an access through a cached translation
 * @param tlbWalk a hardware page-table walk
 * @param faultEntry exception entry, VMA look-up and return of a fault
 * @param allocatePage a page from the allocator, zeroed
 * @param copyPage copying one base page
 * @param localFlush dropping one translation on this CPU
 * @param shootdown making the other CPUs drop it: one IPI round, or the broadcast and its DSB
 * @param syscall entry, VMA work and return of a system call
 * @param notifierCall one call into the notifier machinery with at least one subscriber
 * @param sources where each figure is from, by its name; an assumption is called one
 */
public record Costs(long tlbHit, long tlbWalk, long faultEntry, long allocatePage, long copyPage, long localFlush,
        long shootdown, long syscall, long notifierCall, Map<String, String> sources) {
    /** The map is copied, in the order of its names. */
    public Costs {
        sources = Collections.unmodifiableMap(new TreeMap<>(sources));
    }
}
