package io.mmulab.lab.definition;

import java.util.List;
import java.util.stream.Collectors;

import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.NotifySite;
import io.mmulab.kernel.event.Phase;

/** What the fields of a kernel design must be together. */
final class DesignRules {

    private DesignRules() {}

    static void check(KernelDesign design, List<DefinitionError> errors) {
        if (KernelVersion.PRESETS.stream().noneMatch(version -> version.name().equals(design.kernelVersion()))) {
            errors.add(new DefinitionError("/kernelVersion", "\"" + design.kernelVersion() + "\"", "one of "
                    + KernelVersion.PRESETS.stream().map(KernelVersion::name).collect(Collectors.joining(", "))));
        }
        Phase hook = design.secondaryTlbHook();
        if (hook != Phase.INVALIDATE_RANGE && hook != Phase.ARCH_INVALIDATE_SECONDARY_TLBS) {
            errors.add(new DefinitionError("/secondaryTlbHook", "\"" + hook + "\"",
                    "one of " + Phase.INVALIDATE_RANGE + ", " + Phase.ARCH_INVALIDATE_SECONDARY_TLBS));
        }
        if (design.notifiesAt(NotifySite.FLUSH_TLB_RANGE_EMPTY) && !design.notifiesAt(NotifySite.FLUSH_TLB_RANGE)) {
            errors.add(new DefinitionError("/sites", "\"" + NotifySite.FLUSH_TLB_RANGE_EMPTY + "\"",
                    NotifySite.FLUSH_TLB_RANGE_EMPTY + " only with " + NotifySite.FLUSH_TLB_RANGE));
        }
    }
}
