package io.mmulab.web;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.Address;
import io.mmulab.kernel.proc.SmapsEntry;

/**
 * What a VMA holds.
 *
 * @param start first byte
 * @param end end, exclusive
 * @param file path of the mapped file; absent for private anonymous memory
 * @param bytes the counters of /proc/PID/smaps by name, in bytes
 * @param thpEligible THPeligible: whether huge pages can be used here
 * @param vmFlags VmFlags, two letters each
 */
record SmapsView(@Address long start, @Address long end, @Nullable String file, Map<String, Long> bytes,
        boolean thpEligible, List<String> vmFlags) {

    static SmapsView of(SmapsEntry entry) {
        var vma = entry.vma();
        var file = vma.file();
        return new SmapsView(vma.start(), vma.end(), file == null ? null : file.name(), entry.counters(),
                entry.thpEligible(), List.of(entry.vmFlags().split(" ")));
    }
}
