package io.mmulab.device;

import java.util.ArrayList;
import java.util.List;

import io.mmulab.device.FlushStyle.Wait;
import io.mmulab.device.Iommu.Hearing;
import io.mmulab.kernel.design.VersionRule;

/** The table of IOMMUs that share the CPU's page table, and what a reader has to know of each. */
final class IommuModels {
    static final String BTM = "btm";
    static final String ATS = "ats";
    static final String ATSD = "atsd";
    static final String FAULT = "fault";
    static final String RETRY_BUDGET = "retryBudget";
    static final String RANGE_COMMANDS = "rangeCommands";
    static final String HTTU = "httu";
    static final String HUGE_ENTRIES = "hugeEntries";
    static final String INVALIDATE_BEFORE_ANSWER = "invalidateBeforeAnswer";
    static final String BUG = "bug";
    /** A value of {@link #HUGE_ENTRIES}. */
    static final String BLOCK = "block";
    /** A value of {@link #HUGE_ENTRIES}. */
    static final String SPLINTERS = "splinters";
    static final int MAX_RETRY_BUDGET = 1000;

    static final Iommu SMMUV3 = new Iommu("smmuv3-sva", "arm64", PermissionMiss.FAULTS, PermissionMiss.FAULTS,
            List.of(FaultReport.STALL, FaultReport.PRI, FaultReport.DEVICE, FaultReport.NONE), false, false,
            VersionRule.SMMU_SVA_SETS_BITS,
            new FlushStyle(Granularity.PAGES_BELOW_TABLE, Granularity.ALIGNED_SPAN, Wait.EACH_CACHE),
            new FlushStyle(Granularity.PAGES_BELOW_TABLE, Granularity.ALIGNED_SPAN, Wait.EACH_CACHE), null,
            Granularity.RANGES, Hearing.BROADCAST_IF_ASKED,
            List.of(DriverBug.NONE, DriverBug.ATS_COUNT, DriverBug.PGSIZE), IommuCosts.QUEUED);

    static final Iommu VTD = new Iommu("vtd-sva", "x86", PermissionMiss.DROPPED_BY_ANSWER,
            PermissionMiss.DROPPED_BY_ANSWER, List.of(FaultReport.PRI, FaultReport.DEVICE, FaultReport.NONE), true,
            true,
            null, new FlushStyle(Granularity.ALIGNED_CHUNKS, Granularity.ALIGNED_CHUNKS, Wait.EACH_COMMAND),
            new FlushStyle(Granularity.ALIGNED_SPAN, Granularity.ALIGNED_SPAN, Wait.ONCE),
            VersionRule.VTD_CACHE_TAGS, null, Hearing.HOOK, List.of(DriverBug.NONE, DriverBug.WHOLE_MM_OVERFLOWS),
            IommuCosts.QUEUED);

    static final Iommu AMD = new Iommu("amd-sva", "x86", PermissionMiss.LOOKS_AGAIN, PermissionMiss.LOOKS_AGAIN,
            List.of(FaultReport.PRI, FaultReport.DEVICE, FaultReport.NONE), true, true, null,
            new FlushStyle(Granularity.PAGE_OR_ALL, Granularity.PAGE_OR_ALL, Wait.EACH_CACHE),
            new FlushStyle(Granularity.ALIGNED_SPAN, Granularity.ALIGNED_SPAN, Wait.ONCE),
            VersionRule.AMD_SVA_DOMAIN, null, Hearing.HOOK, List.of(DriverBug.NONE), IommuCosts.QUEUED);

    static final Iommu RISCV = new Iommu("riscv-sva", "riscv", PermissionMiss.FAULTS, PermissionMiss.LOOKS_AGAIN,
            List.of(FaultReport.PRI, FaultReport.DEVICE, FaultReport.NONE), false, false, null,
            new FlushStyle(Granularity.PAGES_UP_TO_TABLE, Granularity.ALIGNED_SPAN, Wait.EACH_CACHE),
            new FlushStyle(Granularity.PAGES_UP_TO_TABLE, Granularity.ALIGNED_SPAN, Wait.EACH_CACHE), null,
            Granularity.ALIGNED_SPAN, Hearing.HOOK, List.of(DriverBug.NONE), IommuCosts.QUEUED);

    static final Iommu OCXL = new Iommu("ocxl", "powerpc", PermissionMiss.FAULTS, PermissionMiss.FAULTS,
            List.of(FaultReport.XSL), false, true, null,
            new FlushStyle(Granularity.EVERY_PAGE, Granularity.EVERY_PAGE, Wait.EACH_COMMAND),
            new FlushStyle(Granularity.EVERY_PAGE, Granularity.EVERY_PAGE, Wait.EACH_COMMAND), null, null,
            Hearing.BROADCAST_UNLESS_ASKED, List.of(DriverBug.NONE), IommuCosts.REGISTERS);

    /** All rows. */
    static final List<Iommu> ALL = List.of(SMMUV3, VTD, AMD, RISCV, OCXL);

    private IommuModels() {}

    /** The SMMU's description. */
    static DeviceModel smmuV3() {
        return model(SMMUV3,
                "A device behind an Arm SMMUv3: shares the CPU's page table, and the SMMU caches its entries in "
                        + "a TLB of its own.",
                List.of("An entry that is not young faults; a clean one refuses writes where the architecture says so. Linux "
                        + "lets the SMMU set these bits itself (HTTU) in 7.3, not in 6.12.",
                        "With BTM it obeys the CPUs' broadcast TLBI, and its driver sends none; broadcasts do not reach the "
                                + "TLBs of devices, for which the driver sends always. Nothing changes where CPUs do not "
                                + "broadcast. Mainline never enables BTM, and since 6.12 the SMMU has ASIDs of its own.",
                        "PRI is not wired up for SVA: the driver supports faults of devices that stall."),
                List.of("linux-source-6.1, 6.12 and 7.3 drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c, arm-smmu-v3.c",
                        "Arm System MMU v3 architecture specification, IHI 0070"));
    }

    /** VT-d's description. */
    static DeviceModel vtd() {
        return model(VTD,
                "A device behind an Intel VT-d IOMMU with PASID, ATS and PRI: shares the CPU's page table as its "
                        + "first stage.",
                List.of("Accessed and dirty bits are set by the IOMMU.",
                        "x86 never flushes when a page becomes writable: only the answer to a page request gets rid of a "
                                + "read-only entry, so a device without PRI can be stranded under every design."),
                List.of("linux-source-6.1, 6.12 and 7.3 drivers/iommu/intel/svm.c, cache.c, dmar.c",
                        "Robin Murphy, 30 May 2023: an invalidation of RO to RW is optional only with recoverable faults"));
    }

    /** AMD's description. */
    static DeviceModel amd() {
        return model(AMD,
                "A device behind an AMD IOMMU with PASID, ATS and PRI: shares the CPU's page table as its guest "
                        + "table (v2).",
                List.of("Accessed and dirty bits are set by the IOMMU.",
                        "That a hit without permission is walked again is an assumption: the CPUs of AMD do it, and no "
                                + "driver invalidates for it."),
                List.of("linux-source-6.1 drivers/iommu/amd/iommu_v2.c, iommu.c",
                        "linux-source-6.12 and 7.3 drivers/iommu/amd/pasid.c, iommu.c"));
    }

    /** The RISC-V IOMMU's description. */
    static DeviceModel riscV() {
        return model(RISCV,
                "A device behind a RISC-V IOMMU, as if its driver had SVA: no release up to 7.3 has it, though "
                        + "the architecture calls the secondary-TLB hook since 6.10.",
                List.of("An entry that is not young faults; a clean one refuses writes where the architecture says so.",
                        "All of it is derived: commands are those that the driver sends for its own page tables in 7.3, and "
                                + "that its TLB keeps a read-only entry is the weakest that the specification allows."),
                List.of("linux-source-7.3 drivers/iommu/riscv/iommu.c", "RISC-V IOMMU architecture specification 1.0",
                        "20240328073838.8776-1-alexghiti@rivosinc.com"));
    }

    /** OpenCAPI's description. */
    static DeviceModel ocxl() {
        return model(OCXL,
                "An OpenCAPI device on POWER9: its nest MMU walks the CPU's radix table, and cannot relax a cached "
                        + "permission.",
                List.of("It snoops the CPUs' broadcast tlbie, and its driver registers no hook; without snooping (atsd) its "
                        + "driver has the hook, and writes the link's registers page by page under a spinlock.",
                        "Linux on powerpc calls the hook for ranges, not for single pages (flush_tlb_page).",
                        "Where CPUs do not broadcast it has the hook."),
                List.of("linux-source-6.1, 6.12 and 7.3 drivers/misc/ocxl/link.c, arch/powerpc/platforms/powernv/ocxl.c",
                        "linux-source-6.12 arch/powerpc/mm/book3s64/radix_pgtable.c radix__ptep_set_access_flags()"));
    }

    private static DeviceModel model(Iommu iommu, String summary, List<String> own, List<String> sources) {
        return new DeviceModel(iommu.model(), summary, rules(iommu, own), options(iommu), sources);
    }

    private static List<String> rules(Iommu iommu, List<String> own) {
        List<String> rules = new ArrayList<>(List.of(
                "Subscribes with the secondary-TLB hook only.",
                "Caches valid entries, read-only ones too, also in a walk for a write; never one that faults in the walk.",
                "Its TLB: " + iommu.tlbMiss().rule() + ".",
                "The device's TLB, if there is one: " + iommu.deviceTlbMiss().rule() + ".",
                "An invalidation: " + style(iommu.oldStyle()) + "."));
        VersionRule since = iommu.newStyleSince();
        if (since != null) {
            rules.add("Later (" + since.rule() + "): " + style(iommu.newStyle()) + ".");
        }
        Granularity ranges = iommu.ranges();
        if (ranges != null) {
            rules.add("With range commands: " + ranges.rule() + " (" + ranges.source() + ").");
        }
        rules.add(
                "When the address space ends, or the device leaves it, all entries go with one command for each TLB.");
        rules.addAll(own);
        rules.add(iommu.costs().rule());
        return rules;
    }

    private static String style(FlushStyle style) {
        return "to its TLB " + style.tlb().rule() + " (" + style.tlb().source() + "); to the device's "
                + style.deviceTlb().rule() + "; it " + style.waits().rule();
    }

    private static List<DeviceModel.Option> options(Iommu iommu) {
        List<DeviceModel.Option> options = new ArrayList<>();
        if (iommu.hearing() == Hearing.BROADCAST_IF_ASKED) {
            options.add(
                    bool(BTM, false, "Whether broadcast TLB maintenance reaches the IOMMU's TLB. Mainline Linux never "
                            + "enables it."));
        } else if (iommu.hearing() == Hearing.BROADCAST_UNLESS_ASKED) {
            options.add(bool(ATSD, false,
                    "Whether the link has registers for invalidations (ATSD) and does not snoop: then "
                            + "the driver has the secondary-TLB hook."));
        }
        if (!iommu.reports().contains(FaultReport.XSL)) {
            options.add(
                    bool(ATS, iommu.deviceTlb(), "Whether the device has a TLB of its own, which only commands of the "
                            + "driver invalidate."));
        }
        options.add(new DeviceModel.Option(FAULT, iommu.reports().getFirst().id(),
                String.join(", ", iommu.reports().stream().map(FaultReport::id).toList()),
                String.join("; ", iommu.reports().stream().map(FaultReport::rule).toList()) + "."));
        options.add(new DeviceModel.Option(RETRY_BUDGET, "8", "1 to " + MAX_RETRY_BUDGET,
                "How many handled faults one access may take before it counts as stuck."));
        if (iommu.ranges() != null) {
            options.add(bool(RANGE_COMMANDS, false, "Whether the IOMMU has range commands."));
        }
        if (iommu.bitsSince() != null) {
            options.add(bool(HTTU, false,
                    "Whether the hardware can set accessed and dirty bits; used if the release does."));
        }
        options.add(new DeviceModel.Option(HUGE_ENTRIES, BLOCK, BLOCK + ", " + SPLINTERS,
                "How the TLBs hold a huge page. " + BLOCK
                        + ": as one entry, and an invalidation of any address within it "
                        + "drops all of it. " + SPLINTERS
                        + ": as base pages, and an invalidation of one leaves the others. "
                        + "An implementation may do either; contiguous entries are held as base pages in both."));
        options.add(bool(INVALIDATE_BEFORE_ANSWER, false,
                "Whether the driver drops the page from all TLBs before it answers "
                        + "a fault, as asked in the thread (27 May 2023), under any design. Without effect where the answer bypasses it."));
        if (iommu.bugs().size() > 1) {
            options.add(new DeviceModel.Option(BUG, DriverBug.NONE.id(),
                    String.join(", ", iommu.bugs().stream().map(DriverBug::id).toList()), bugs(iommu)));
        }
        return options;
    }

    private static String bugs(Iommu iommu) {
        return "A bug that the driver had. "
                + String.join(" ", iommu.bugs().stream().filter(bug -> bug != DriverBug.NONE)
                        .map(bug -> bug.id() + ": " + bug.rule() + " (" + bug.source() + ").").toList());
    }

    private static DeviceModel.Option bool(String name, boolean defaultValue, String meaning) {
        return new DeviceModel.Option(name, Boolean.toString(defaultValue), "true, false", meaning);
    }

    /** The choices that a user's options make. */
    static SvaChoices choices(Iommu iommu, DeviceModels.Options options) {
        FaultReport report = iommu.reports().stream().filter(one -> one.id().equals(options.text(FAULT))).findFirst()
                .orElseThrow(() -> options.isNot(FAULT));
        DriverBug bug = !options.has(BUG) ? DriverBug.NONE
                : iommu.bugs().stream().filter(one -> one.id().equals(options.text(BUG))).findFirst()
                        .orElseThrow(() -> options.isNot(BUG));
        String huge = options.text(HUGE_ENTRIES);
        if (!huge.equals(BLOCK) && !huge.equals(SPLINTERS)) {
            throw options.isNot(HUGE_ENTRIES);
        }
        boolean broadcast = switch (iommu.hearing()) {
            case HOOK -> false;
            case BROADCAST_IF_ASKED -> options.bool(BTM);
            case BROADCAST_UNLESS_ASKED -> !options.bool(ATSD);
        };
        return new SvaChoices(iommu, broadcast, options.has(ATS) && options.bool(ATS), report,
                options.integer(RETRY_BUDGET, 1, MAX_RETRY_BUDGET),
                options.has(RANGE_COMMANDS) && options.bool(RANGE_COMMANDS),
                options.has(HTTU) && options.bool(HTTU), huge.equals(BLOCK), options.bool(INVALIDATE_BEFORE_ANSWER),
                bug);
    }
}
