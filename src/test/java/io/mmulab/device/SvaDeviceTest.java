package io.mmulab.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.ViolationKind;
import io.mmulab.kernel.fault.FaultPath;
import io.mmulab.kernel.machine.AccessKind;
import io.mmulab.kernel.machine.Advice;
import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.secondary.AccessStatus;
import io.mmulab.kernel.vma.MappedFile;

/** What IOMMUs and their drivers do, beyond the contract of devices: the rows of kernel-facts, section 8. */
class SvaDeviceTest {
    private static final String DEVICE = "dev";
    private static final long HUGE = 2 << 20;
    private static final long HUGE_ADDRESS = 512 * HUGE;

    private Lab lab = new Lab(Architecture.ARM64, KernelDesign.LINUX_6_6);
    private int mm;

    private void on(Architecture architecture, KernelVersion version, KernelDesign design) {
        lab = new Lab(architecture, version, design);
    }

    private SvaDevice attached(String model, String... options) {
        mm = lab.spawn();
        lab.mapAnonymous(mm, Lab.A, 16 * Lab.PAGE);
        return attach(model, options);
    }

    private SvaDevice attach(String model, String... options) {
        Map<String, String> map = new TreeMap<>();
        for (int i = 0; i < options.length; i += 2) {
            map.put(options[i], options[i + 1]);
        }
        lab.attach(DEVICE, model, mm, map);
        return (SvaDevice) lab.machine().device(DEVICE);
    }

    private long count(String name) {
        return Objects.requireNonNull(lab.machine().device(DEVICE).counters().get(name));
    }

    private void useAll() {
        for (int i = 0; i < 16; i++) {
            lab.write(mm, Lab.A + i * Lab.PAGE, i);
            assertThat(lab.deviceRead(DEVICE, Lab.A + i * Lab.PAGE).value()).isEqualTo(i);
        }
    }

    /** T33: read-only entries may be cached, entries that fault may not. */
    @Test
    void aReadOnlyEntryIsCachedAndAnInvalidOneIsNot() {
        SvaDevice device = attached("smmuv3-sva", "fault", "none");
        assertThat(lab.deviceRead(DEVICE, Lab.A).deviceStatus()).isEqualTo(AccessStatus.INVALID);
        assertThat(device.entryCount()).isZero();
        lab.read(mm, Lab.A);
        assertThat(lab.deviceWrite(DEVICE, Lab.A, 1).deviceStatus()).as("the zero page")
                .isEqualTo(AccessStatus.INVALID);
        assertThat(device.entryCount()).isEqualTo(1);
        assertThat(lab.deviceRead(DEVICE, Lab.A).deviceStatus()).isEqualTo(AccessStatus.OK);
        assertThat(count("walks")).isEqualTo(2);
        assertThat(count("stuck")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"smmuv3-sva, stall", "smmuv3-sva, pri", "vtd-sva, pri", "amd-sva, pri", "riscv-sva, pri", "ocxl, xsl",
        "smmuv3-sva, device"})
    void aFaultThatSomebodyHandlesFindsItsPage(String model, String fault) {
        attached(model, "fault", fault);
        assertThat(lab.deviceWrite(DEVICE, Lab.A, 3).deviceStatus()).isEqualTo(AccessStatus.OK);
        assertThat(lab.read(mm, Lab.A).value()).isEqualTo(3);
        assertThat(count("faults")).isEqualTo(1);
    }

    @Test
    void aTranslationOfTheDevicesTlbIsAskedForOnce() {
        SvaDevice device = attached("smmuv3-sva", "ats", "true");
        useAll();
        useAll();
        assertThat(count("translationRequests")).isEqualTo(16);
        assertThat(device.entryCount()).as("both TLBs hold each").isEqualTo(16);
    }

    /** T46: the SMMU hears the broadcast, the device's TLB does not, and the driver's hook does the rest. */
    @ParameterizedTest
    @CsvSource({"false, 4, 0, 1", "true, 0, 0, 1"})
    void withBtmTheDriverSendsCommandsForDevicesOnly(boolean btm, long byAddress, long byAsid, long atc) {
        SvaDevice device = attached("smmuv3-sva", "ats", "true", "btm", Boolean.toString(btm));
        useAll();
        lab.munmap(mm, Lab.A + 8 * Lab.PAGE, 4 * Lab.PAGE);
        assertThat(count("tlbiByAddress")).isEqualTo(byAddress);
        assertThat(count("tlbiByAsid")).isEqualTo(byAsid);
        assertThat(count("atcByAddress")).isEqualTo(atc);
        assertThat(device.entryCount()).isEqualTo(12);
        assertThat(lab.violations(ViolationKind.MISSED_NOTIFY)).isZero();
    }

    /** [7; 10] becomes [0; 15] in the device's TLB; the IOMMU's own keeps them. */
    @Test
    void aDevicesTlbLosesMoreThanWasAskedFor() {
        attached("smmuv3-sva", "ats", "true");
        useAll();
        lab.munmap(mm, Lab.A + 7 * Lab.PAGE, 4 * Lab.PAGE);
        long before = count("translationRequests");
        assertThat(lab.deviceRead(DEVICE, Lab.A).value()).isZero();
        assertThat(count("translationRequests")).isEqualTo(before + 1);
        assertThat(count("walks")).isEqualTo(16);
    }

    @ParameterizedTest
    @CsvSource({"6.1, LINUX_6_3, 2, 4", "6.12, LINUX_6_6, 1, 1"})
    void vtdSendsChunksBeforeItHasCacheTags(String version, String design, long commands, long waits) {
        on(Architecture.X86_64, version(version), design(design));
        attached("vtd-sva");
        useAll();
        SvaDevice device = (SvaDevice) lab.machine().device(DEVICE);
        long syncs = count("syncs");
        long byAddress = count("tlbiByAddress");
        device.invalidateSecondaryTlbs(mm, Lab.A + 7 * Lab.PAGE, Lab.A + 11 * Lab.PAGE);
        assertThat(count("tlbiByAddress") - byAddress).isEqualTo(commands);
        assertThat(count("syncs") - syncs).isEqualTo(waits);
    }

    @ParameterizedTest
    @CsvSource({"6.1, LINUX_6_3, 0, 1", "6.12, LINUX_6_6, 1, 0"})
    void amdFlushesThePasidForTwoPagesBeforeItHasSvaDomains(String version, String design, long byAddress, long all) {
        on(Architecture.X86_64, version(version), design(design));
        SvaDevice device = attached("amd-sva");
        device.invalidateSecondaryTlbs(mm, Lab.A, Lab.A + 2 * Lab.PAGE);
        assertThat(count("tlbiByAddress")).isEqualTo(byAddress);
        assertThat(count("tlbiByAsid")).isEqualTo(all);
        assertThat(count("atcByAddress")).isEqualTo(byAddress);
        assertThat(count("atcAll")).isEqualTo(all);
    }

    private static KernelVersion version(String name) {
        return KernelVersion.PRESETS.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    }

    private static KernelDesign design(String name) {
        return name.equals("LINUX_6_3") ? KernelDesign.LINUX_6_3 : KernelDesign.LINUX_6_6;
    }

    @Test
    void rangeCommandsNeverGiveUp() {
        SvaDevice device = attached("smmuv3-sva", "rangeCommands", "true");
        device.invalidateSecondaryTlbs(mm, 0, 1 << 30);
        assertThat(count("tlbiByAddress")).isEqualTo(1);
        assertThat(count("tlbiByAsid")).isZero();
        device.invalidateSecondaryTlbs(mm, 0, -1);
        assertThat(count("tlbiByAsid")).isEqualTo(1);
    }

    /** Modelling choice: an invalidation of any address of a block drops the block; splinters go one by one. */
    @ParameterizedTest
    @CsvSource({"block, 1, 0", "splinters, 4, 3"})
    void aHugePageIsOneEntryOrSplinters(String entries, int held, int left) {
        lab.apply(new Operation.SetThp("enabled", "always"));
        mm = lab.spawn();
        lab.mapAnonymous(mm, HUGE_ADDRESS, HUGE);
        SvaDevice device = attach("smmuv3-sva", "hugeEntries", entries);
        lab.write(mm, HUGE_ADDRESS + 5 * Lab.PAGE, 5);
        for (int page : new int[] {5, 6, 100, 511}) {
            assertThat(lab.deviceRead(DEVICE, HUGE_ADDRESS + page * Lab.PAGE).value()).isEqualTo(page == 5 ? 5 : 0);
        }
        assertThat(device.entryCount()).isEqualTo(held);
        device.invalidateSecondaryTlbs(mm, HUGE_ADDRESS + 6 * Lab.PAGE, HUGE_ADDRESS + 7 * Lab.PAGE);
        assertThat(device.entryCount()).isEqualTo(left);
    }

    /** A base page cached behind a block is shown behind it, and one that both TLBs hold is shown once. */
    @Test
    void entriesAreVisitedInOrderOfAddress() {
        lab.apply(new Operation.SetThp("enabled", "always"));
        mm = lab.spawn();
        lab.mapAnonymous(mm, HUGE_ADDRESS - Lab.PAGE, HUGE + 2 * Lab.PAGE);
        SvaDevice device = attach("smmuv3-sva", "ats", "true");
        for (long address : new long[] {HUGE_ADDRESS + HUGE, HUGE_ADDRESS, HUGE_ADDRESS - Lab.PAGE}) {
            lab.deviceWrite(DEVICE, address, 1);
        }
        List<Long> seen = new ArrayList<>();
        device.visitEntries(0, -1, (address, frame, writable) -> seen.add(address));
        assertThat(seen).isSorted().hasSize(514).startsWith(HUGE_ADDRESS - Lab.PAGE).endsWith(HUGE_ADDRESS + HUGE);
        assertThat(device.entryCount()).isEqualTo(3);
    }

    @Test
    void aBlockIsVisitedPageByPage() {
        lab.apply(new Operation.SetThp("enabled", "always"));
        mm = lab.spawn();
        lab.mapAnonymous(mm, HUGE_ADDRESS, HUGE);
        SvaDevice device = attach("smmuv3-sva", "ats", "true");
        lab.deviceWrite(DEVICE, HUGE_ADDRESS + 3 * Lab.PAGE, 1);
        int first = Pte.frame(lab.machine().addressSpace(mm).pageTable().get(HUGE_ADDRESS));
        long[] seen = {0};
        device.visitEntries(HUGE_ADDRESS + 2 * Lab.PAGE, HUGE_ADDRESS + 9 * Lab.PAGE, (address, frame, writable) -> {
            assertThat(frame - first).isEqualTo((int) ((address - HUGE_ADDRESS) / Lab.PAGE));
            assertThat(writable).isTrue();
            seen[0]++;
        });
        assertThat(seen[0]).isEqualTo(7);
    }

    /** The IOMMUs of x86 set accessed and dirty bits, so that a clean page needs no fault and none is lost. */
    @Test
    void aWriteThroughACleanEntrySetsTheDirtyBit() {
        on(Architecture.X86_64, KernelVersion.V6_12, KernelDesign.LINUX_6_6);
        mm = lab.spawn();
        lab.createFile("shm", MappedFile.Kind.TMPFS, 4);
        lab.mapFile(mm, Lab.A, Lab.PAGE, "shm", MapFlag.MAP_SHARED);
        lab.read(mm, Lab.A);
        attach("vtd-sva");
        lab.deviceRead(DEVICE, Lab.A);
        assertThat(lab.deviceWrite(DEVICE, Lab.A, 4).faultCount()).isZero();
        assertThat(Pte.dirty(lab.machine().addressSpace(mm).pageTable().get(Lab.A))).isTrue();
    }

    /** S-DBM-STALE: a CPU that sets the dirty bit itself flushes nothing, and the SMMU keeps what it read. */
    @ParameterizedTest
    @CsvSource({"6.1, LINUX_6_3, false, STUCK", "6.12, LINUX_6_6, false, STUCK", "6.12, LINUX_6_6, true, STUCK",
        "7.3, LINUX_6_6, false, STUCK", "7.3, LINUX_6_6, true, OK"})
    void aDirtyBitThatTheCpuSetStrandsAnSmmuThatDoesNotSetIt(String version, String design, boolean httu,
            AccessStatus status) {
        on(Architecture.ARM64_HAFDBS, version(version), design(design));
        attached("smmuv3-sva", "httu", Boolean.toString(httu));
        lab.write(mm, Lab.A, 1);
        lab.apply(new Operation.Madvise(mm, Lab.A, Lab.PAGE, Advice.MADV_FREE));
        lab.read(mm, Lab.A);
        assertThat(lab.deviceRead(DEVICE, Lab.A).deviceStatus()).isEqualTo(AccessStatus.OK);
        assertThat(lab.write(mm, Lab.A, 1).faults()).isEmpty();
        assertThat(lab.deviceWrite(DEVICE, Lab.A, 2).deviceStatus()).isEqualTo(status);
    }

    /** B-CONTPTE: the CPU sets the bits of its own entry of a block, the SMMU looks at another one. */
    @ParameterizedTest
    @CsvSource({"6.12.0, STUCK", "6.12, OK", "7.3, OK"})
    void aBlockThatIsComparedAsOneStrandsTheSmmu(String version, AccessStatus status) {
        on(Architecture.ARM64_HAFDBS, version(version), KernelDesign.LINUX_6_6);
        lab.apply(new Operation.SetThp("hugepages-64kB/enabled", "always"));
        attached("smmuv3-sva");
        lab.write(mm, Lab.A, 1);
        assertThat(lab.machine().addressSpace(mm).pageTable().get(Lab.A) & Pte.CONT).isNotZero();
        lab.apply(new Operation.Madvise(mm, Lab.A, 16 * Lab.PAGE, Advice.MADV_FREE));
        assertThat(lab.write(mm, Lab.A, 2).faults()).isEmpty();
        assertThat(lab.deviceWrite(DEVICE, Lab.A + Lab.PAGE, 3).deviceStatus()).isEqualTo(status);
        assertThat(lab.violations(ViolationKind.LOST_UPGRADE)).isEqualTo(status == AccessStatus.OK ? 0 : 1);
    }

    /** B-ATSCOUNT. */
    @ParameterizedTest
    @CsvSource({"none, 0, INVALID", "ats-count, 1, OK"})
    void aDriverThatCountsNoAtsLeavesTheDevicesTlb(String bug, int missed, AccessStatus status) {
        attached("smmuv3-sva", "ats", "true", "bug", bug);
        useAll();
        Operation munmap = new Operation.Munmap(mm, Lab.A, Lab.PAGE);
        if (missed == 0) {
            lab.apply(munmap);
        } else {
            lab.applyLeavingStale(munmap);
        }
        assertThat(lab.violations(ViolationKind.MISSED_NOTIFY)).isEqualTo(missed);
        Operation read = new Operation.DeviceAccess(DEVICE, Lab.A, AccessKind.READ, 0);
        assertThat((missed == 0 ? lab.apply(read) : lab.applyLeavingStale(read)).deviceStatus()).isEqualTo(status);
        assertThat(lab.violations(ViolationKind.STALE_FRAME)).isEqualTo(missed);
    }

    /** B-PGSIZE. */
    @ParameterizedTest
    @CsvSource({"none, 15", "pgsize, 0"})
    void aDomainWithoutAPageSizeLosesMoreThanItShould(String bug, int left) {
        SvaDevice device = attached("smmuv3-sva", "rangeCommands", "true", "bug", bug);
        useAll();
        lab.munmap(mm, Lab.A, 2 * Lab.PAGE);
        assertThat(device.entryCount()).isEqualTo(bug.equals("none") ? 14 : left);
        assertThat(count("overInvalidated")).isEqualTo(bug.equals("none") ? 0 : 14);
    }

    /** B-VTD-ALL: fork flushes the whole address space. */
    @ParameterizedTest
    @CsvSource({"none, 0", "whole-mm-overflows, 16"})
    void theWholeAddressSpaceOverflowsToNothing(String bug, int missed) {
        on(Architecture.X86_64, KernelVersion.V6_6, KernelDesign.LINUX_6_6);
        attached("vtd-sva", "bug", bug);
        for (int i = 0; i < 16; i++) {
            lab.deviceWrite(DEVICE, Lab.A + i * Lab.PAGE, i);
        }
        Operation fork = new Operation.Fork(mm);
        Operation write = new Operation.DeviceAccess(DEVICE, Lab.A, AccessKind.WRITE, 99);
        Operation childReads = new Operation.Access(mm + 1, 0, Lab.A, AccessKind.READ, 0);
        Outcome read;
        if (missed == 0) {
            lab.apply(fork);
            lab.apply(write);
            read = lab.apply(childReads);
        } else {
            lab.applyLeavingStale(fork);
            lab.applyLeavingStale(write);
            read = lab.applyLeavingStale(childReads);
        }
        assertThat(lab.violations(ViolationKind.MISSED_NOTIFY)).isEqualTo(missed);
        assertThat(lab.violations(ViolationKind.STALE_WRITE)).isEqualTo(missed == 0 ? 0 : 1);
        assertThat(read.value()).as("what the child sees").isEqualTo(missed == 0 ? 0 : 99);
    }

    /** B-OCXL-ALL. */
    @Test
    void theWholeAddressSpacePageByPageIsASoftLockup() {
        SvaDevice device = attached("ocxl", "atsd", "true");
        device.invalidateSecondaryTlbs(mm, Lab.A, Lab.A + 3 * Lab.PAGE);
        assertThat(count("tlbiByAddress")).isEqualTo(3);
        assertThat(count("softLockups")).isZero();
        device.invalidateSecondaryTlbs(mm, 0, -1);
        assertThat(count("softLockups")).isPositive();
    }

    /** S-OCXL-PAGE: powerpc's flush of one page has no call of the hook, and a copy on write flushes one page. */
    @ParameterizedTest
    @CsvSource({"6.1, LINUX_6_3, false, 0", "6.1, LINUX_6_3, true, 0", "6.12, LINUX_6_6, false, 0",
        "6.12, LINUX_6_6, true, 1"})
    void aLinkThatDoesNotSnoopMissesFlushesOfOnePage(String version, String design, boolean atsd, int missed) {
        on(Architecture.POWERPC_RADIX_POWER9, version(version), design(design));
        attached("ocxl", "atsd", Boolean.toString(atsd));
        lab.write(mm, Lab.A, 1);
        lab.fork(mm);
        lab.deviceRead(DEVICE, Lab.A);
        Operation write = new Operation.Access(mm, 0, Lab.A, AccessKind.WRITE, 2);
        boolean told = design.equals("LINUX_6_3");
        assertThat((told ? lab.apply(write) : lab.applyLeavingStale(write)).faults()).last()
                .extracting(Outcome.Fault::path).isEqualTo(FaultPath.WP_COPY);
        assertThat(lab.violations(ViolationKind.MISSED_NOTIFY)).isEqualTo(missed);
        Operation read = new Operation.DeviceAccess(DEVICE, Lab.A, AccessKind.READ, 0);
        assertThat((missed == 0 ? lab.apply(read) : lab.applyLeavingStale(read)).value())
                .isEqualTo(missed == 0 ? 2 : 1);
    }

    /** S-POWER9-NMMU: without a coprocessor POWER9 does not flush on an upgrade, with one it does. */
    @Test
    void aCoprocessorCountsWhileItIsBound() {
        on(Architecture.POWERPC_RADIX_POWER9, KernelVersion.V6_12, KernelDesign.LINUX_6_6);
        attached("ocxl");
        assertThat(lab.machine().addressSpace(mm).copros()).isEqualTo(1);
        lab.detach(DEVICE);
        assertThat(lab.machine().addressSpace(mm).copros()).isZero();
    }

    /** riscv without Svvptc flushes this CPU alone on an upgrade, and tells nobody; with it the hook is called. */
    @ParameterizedTest
    @CsvSource({"false, STUCK", "true, OK"})
    void aRiscVIommuIsStrandedWithoutSvvptc(boolean svvptc, AccessStatus status) {
        on(svvptc ? Architecture.RISCV_SVVPTC : Architecture.RISCV, KernelVersion.V6_12, KernelDesign.LINUX_6_6);
        attached("riscv-sva");
        lab.write(mm, Lab.A, 1);
        int child = lab.fork(mm);
        assertThat(lab.deviceRead(DEVICE, Lab.A).deviceStatus()).isEqualTo(AccessStatus.OK);
        lab.exit(child);
        lab.write(mm, Lab.A, 2);
        assertThat(lab.deviceWrite(DEVICE, Lab.A, 3).deviceStatus()).isEqualTo(status);
    }

    /** B-EMPTY: a flushed range is told as an empty one, and the SMMU's driver takes that for everything. */
    @ParameterizedTest
    @CsvSource({"false, 4, 0", "true, 0, 1"})
    void anEmptyRangeDropsTheWholeAddressSpace(boolean empty, long byAddress, long byAsid) {
        on(Architecture.ARM64, KernelVersion.V6_6, empty ? KernelDesign.LINUX_6_6_EMPTY_RANGE : KernelDesign.LINUX_6_6);
        attached("smmuv3-sva");
        useAll();
        Operation mprotect = new Operation.Mprotect(mm, Lab.A, 4 * Lab.PAGE, Set.of(Prot.PROT_READ));
        if (empty) {
            lab.applyLeavingStale(mprotect);
        } else {
            lab.apply(mprotect);
        }
        assertThat(count("tlbiByAddress")).isEqualTo(byAddress);
        assertThat(count("tlbiByAsid")).isEqualTo(byAsid);
        assertThat(lab.machine().device(DEVICE).entryCount()).isEqualTo(empty ? 0 : 12);
        assertThat(lab.violations(ViolationKind.MISSED_NOTIFY)).isZero();
    }

    @Test
    void anOpenCapiLinkThatSnoopsHasNoHook() {
        assertThat(attached("ocxl").hasSecondaryTlbOp()).isFalse();
        useAll();
        lab.munmap(mm, Lab.A, 4 * Lab.PAGE);
        assertThat(lab.machine().device(DEVICE).entryCount()).isEqualTo(12);
        assertThat(count("invalidations")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"smmuv3-sva", "vtd-sva", "amd-sva", "riscv-sva", "ocxl"})
    void releaseSendsOneCommandForAll(String model) {
        attached(model);
        useAll();
        long before = count("tlbiByAsid");
        SvaDevice device = (SvaDevice) lab.machine().device(DEVICE);
        lab.exit(mm);
        assertThat(device.counters().get("tlbiByAsid")).isEqualTo(before + 1);
        assertThat(device.entryCount()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"smmuv3-sva | fault | xsl | fault is none of stall, pri, device, none: xsl",
        "vtd-sva | fault | stall | fault is none of pri, device, none: stall",
        "vtd-sva | bug | pgsize | bug is none of none, whole-mm-overflows: pgsize",
        "amd-sva | bug | none | unknown option of amd-sva: bug",
        "vtd-sva | btm | true | unknown option of vtd-sva: btm",
        "ocxl | ats | true | unknown option of ocxl: ats",
        "ocxl | hugeEntries | 4k | hugeEntries is none of block, splinters"})
    void aChoiceThatAModelDoesNotHaveIsNamed(String model, String option, String value, String message) {
        mm = lab.spawn();
        assertThatThrownBy(() -> lab.attach(DEVICE, model, mm, Map.of(option, value)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    /** A write through what mprotect took away is found as before, in whatever TLB it is. */
    @ParameterizedTest
    @ValueSource(strings = {"smmuv3-sva", "vtd-sva", "amd-sva", "riscv-sva", "ocxl"})
    void mprotectOfAHugePageReachesTheBlock(String model) {
        lab.apply(new Operation.SetThp("enabled", "always"));
        mm = lab.spawn();
        lab.mapAnonymous(mm, HUGE_ADDRESS, HUGE);
        attach(model);
        lab.deviceWrite(DEVICE, HUGE_ADDRESS + 7 * Lab.PAGE, 1);
        lab.mprotect(mm, HUGE_ADDRESS, 16 * Lab.PAGE, Prot.PROT_READ);
        assertThat(lab.deviceWrite(DEVICE, HUGE_ADDRESS + 7 * Lab.PAGE, 2).deviceStatus())
                .isEqualTo(AccessStatus.INVALID);
        assertThat(lab.deviceWrite(DEVICE, HUGE_ADDRESS + 17 * Lab.PAGE, 3).deviceStatus()).isEqualTo(AccessStatus.OK);
        assertThat(lab.violations(ViolationKind.MISSED_NOTIFY)).isZero();
    }
}
