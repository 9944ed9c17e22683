package io.mmulab.scenario.catalogue;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.event.EventCounts;
import io.mmulab.kernel.event.ViolationKind;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.scenario.expect.CaseReport;

/**
 * What one machine made of a scenario.
 *
 * @param architecture name of the architecture
 * @param version name of the kernel version
 * @param design name of the kernel design
 * @param device model and options of the device; empty if there is none
 * @param claim whether the claim holds; null if the machine could not decide
 * @param happened what became of the devices: ok, stuck, or the rules that were broken
 * @param values the measures of the claim with what they were
 * @param wrong expectations that were not met, and lines that failed, with their lines; empty if all is as the file says
 */
public record CellResult(String architecture, String version, String design, String device,
        @Nullable Boolean claim, String happened, String values, List<String> wrong) {

    /** The list is copied. */
    public CellResult {
        wrong = List.copyOf(wrong);
    }

    static CellResult of(Machine machine, String device, CaseReport report) {
        return new CellResult(machine.spec().architecture().name(), machine.spec().version().name(),
                machine.spec().design().name(), device, report.claim(), happened(machine.events().counts()),
                report.values(), report.wrong());
    }

    private static String happened(EventCounts counts) {
        List<String> parts = new ArrayList<>();
        if (counts.stuck() > 0) {
            parts.add("stuck");
        }
        for (ViolationKind kind : ViolationKind.values()) {
            // a device that is stuck is a lost upgrade
            if (counts.violations(kind) > 0 && (kind != ViolationKind.LOST_UPGRADE || counts.stuck() == 0)) {
                parts.add(kind.name());
            }
        }
        return parts.isEmpty() ? "ok" : String.join(", ", parts);
    }
}
