package io.mmulab.web;

import java.util.List;
import java.util.Locale;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.proc.SmapsEntry;

/** An address space in the form of {@code /proc/PID/smaps} ({@code show_smap} of {@code fs/proc/task_mmu.c}). */
final class SmapsText {
    private static final int KIB_SHIFT = 10;

    private SmapsText() {}

    static String of(AddressSpace mm, List<SmapsEntry> entries) {
        var text = new StringBuilder();
        for (SmapsEntry entry : entries) {
            MapsText.append(text, mm, entry.vma());
            line(text, "Size", entry.vma().end() - entry.vma().start());
            line(text, "KernelPageSize", mm.pageSize());
            line(text, "MMUPageSize", mm.pageSize());
            entry.counters().forEach((name, bytes) -> line(text, name, bytes));
            text.append(String.format(Locale.ROOT, "THPeligible:    %8d\n", entry.thpEligible() ? 1 : 0));
            text.append("VmFlags: ").append(entry.vmFlags()).append(" \n");
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String name, long bytes) {
        text.append(String.format(Locale.ROOT, "%-16s%8d kB\n", name + ":", bytes >> KIB_SHIFT));
    }
}
