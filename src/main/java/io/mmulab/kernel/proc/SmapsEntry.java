package io.mmulab.kernel.proc;

import java.util.LinkedHashMap;
import java.util.Map;

import io.mmulab.kernel.vma.Vma;

/**
 * One VMA of {@code /proc/PID/smaps}.
 *
 * @param vma the VMA
 * @param counters bytes by the name of the counter, all of them, in the order of the file; Referenced counts
 *        accessed entries, PG_referenced has no part in it
 * @param thpEligible {@code THPeligible}
 * @param vmFlags {@code VmFlags}: two letters each, separated by blanks
 */
public record SmapsEntry(Vma vma, Map<String, Long> counters, boolean thpEligible, String vmFlags) {
    /** The map is copied. */
    public SmapsEntry {
        counters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(counters));
    }
}
