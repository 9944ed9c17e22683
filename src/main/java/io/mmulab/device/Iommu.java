package io.mmulab.device;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;

/**
 * What an IOMMU that walks the CPU's own page table does, and its driver: a row of the table of {@link IommuModels}. All of
 * them cache valid entries, read-only ones too, and never one that faults in the walk.
 *
 * @param model name of the device model
 * @param cpus the beginning of the names of the architectures that have it
 * @param tlbMiss what its own TLB does with an entry that does not permit an access
 * @param deviceTlbMiss the same of the device's TLB
 * @param reports how a fault can be reported; the first is the default
 * @param deviceTlb whether devices have a TLB of their own by default (ATS)
 * @param setsBits whether it sets accessed and dirty bits itself; with {@code bitsSince} only from that release on, and only
 *        if the hardware can
 * @param bitsSince the rule of the releases that let it, or null for all
 * @param oldStyle what the driver sends on an invalidation
 * @param newStyle what it sends since {@code newStyleSince}
 * @param newStyleSince the rule of the releases that have the new style
 * @param ranges what it sends to its TLB if it has range commands; null if there are none
 * @param hearing how it hears of invalidations
 * @param bugs what its driver did wrong at times
 * @param costs simulated time
 */
record Iommu(String model, String cpus, PermissionMiss tlbMiss, PermissionMiss deviceTlbMiss, List<FaultReport> reports,
        boolean deviceTlb, boolean setsBits, @Nullable VersionRule bitsSince, FlushStyle oldStyle, FlushStyle newStyle,
        @Nullable VersionRule newStyleSince, @Nullable Granularity ranges, Hearing hearing, List<DriverBug> bugs,
        IommuCosts costs) {

    /** Whether an IOMMU obeys the CPUs' broadcast TLB maintenance or its driver the secondary-TLB hook. */
    enum Hearing {
        /** The hook always. */
        HOOK,
        /** The hook, unless broadcast maintenance is asked for: then the hook is for the device's TLB only. */
        BROADCAST_IF_ASKED,
        /** Broadcast maintenance, unless the link does not snoop: then the driver has the hook. */
        BROADCAST_UNLESS_ASKED
    }

    /** Defensive copies: rows are shared. */
    Iommu {
        reports = List.copyOf(reports);
        bugs = List.copyOf(bugs);
    }

    /** What a release's driver sends. */
    FlushStyle style(KernelVersion version) {
        return newStyleSince != null && version.has(newStyleSince) ? newStyle : oldStyle;
    }
}
