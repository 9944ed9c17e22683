package io.mmulab.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.coherence.Checker;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.EventSink;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.event.Tracer;
import io.mmulab.kernel.event.ViolationKind;
import io.mmulab.kernel.fault.FaultPath;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.notifier.MmuNotifierSubscriptions;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.secondary.AccessStatus;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.vma.MappedFile;

/**
 * The discussion of May 2023 as a table: what becomes of a device whose cached entry is read-only when the CPU upgrades
 * the page, under each design.
 */
class TheArgumentTest {
    private static final Map<String, String> NO_BTM = Map.of("btm", "false");
    private static final Map<String, String> BTM = Map.of("btm", "true");

    static List<KernelDesign> designs() {
        return KernelDesign.THREAD;
    }

    static Stream<Arguments> designsAndArchitectures() {
        return KernelDesign.THREAD.stream()
                .flatMap(design -> Lab.RECORDED.stream().map(arch -> Arguments.of(design, arch)));
    }

    /** The CPU makes a writable, clean page of a shared file dirty: the tail of handle_pte_fault. */
    private static Outcome dirtyACleanSharedPage(Lab lab, int mm) {
        Outcome write = lab.write(mm, Lab.A, 7);
        assertThat(write.faults()).singleElement().extracting(Outcome.Fault::path)
                .isEqualTo(FaultPath.SET_ACCESS_FLAGS);
        return write;
    }

    private static int mapCleanSharedPage(Lab lab) {
        int mm = lab.spawn();
        lab.createFile("shm", MappedFile.Kind.TMPFS, 4);
        lab.mapFile(mm, Lab.A, Lab.PAGE, "shm", MapFlag.MAP_SHARED);
        lab.read(mm, Lab.A);
        return mm;
    }

    /** An anonymous page that was shared with a child, which is gone; the parent's entry is still read-only. */
    private static int mapPageOfDeadChild(Lab lab, String model, Map<String, String> options) {
        int mm = lab.spawn();
        lab.mapAnonymous(mm, Lab.A, Lab.PAGE);
        lab.write(mm, Lab.A, 1);
        lab.attach("dev", model, mm, options);
        int child = lab.fork(mm);
        lab.read(mm, Lab.A);
        lab.deviceRead("dev", Lab.A);
        lab.exit(child);
        return mm;
    }

    private static Outcome reuse(Lab lab, int mm) {
        Outcome write = lab.write(mm, Lab.A, 2);
        assertThat(write.faults()).singleElement().extracting(Outcome.Fault::path).isEqualTo(FaultPath.WP_REUSE);
        return write;
    }

    private static void assertStuck(Lab lab, boolean stuck, KernelDesign design) {
        Outcome write = lab.deviceWrite("dev", Lab.A, 9);
        assertThat(write.deviceStatus()).as(design.name()).isEqualTo(stuck ? AccessStatus.STUCK : AccessStatus.OK);
        assertThat(lab.violations(ViolationKind.LOST_UPGRADE)).isEqualTo(stuck ? 1 : 0);
        if (stuck) {
            assertThat(write.faultCount()).isEqualTo(8);
        }
    }

    @ParameterizedTest
    @MethodSource("designs")
    void upgradeAtTheTailOfHandlePteFaultStrandsAnSmmuWithoutBtmOnlyInLinux63(KernelDesign design) {
        Lab lab = new Lab(Architecture.ARM64, design);
        int mm = mapCleanSharedPage(lab);
        lab.attach("dev", DeviceModels.SMMUV3_SVA, mm, NO_BTM);
        lab.deviceRead("dev", Lab.A);
        dirtyACleanSharedPage(lab, mm);
        assertStuck(lab, design.equals(KernelDesign.LINUX_6_3), design);
    }

    @ParameterizedTest
    @MethodSource("designs")
    void wpPageReuseAfterChildExitStrandsAnSmmuWithoutBtmInLinux63AndUnderPatchV1(KernelDesign design) {
        Lab lab = new Lab(Architecture.ARM64, design);
        int mm = mapPageOfDeadChild(lab, DeviceModels.SMMUV3_SVA, NO_BTM);
        reuse(lab, mm);
        assertStuck(lab, design.equals(KernelDesign.LINUX_6_3) || design.equals(KernelDesign.PATCH_V1), design);
    }

    @ParameterizedTest
    @MethodSource("designs")
    void wpPageCopyReachesAnSmmuUnderEveryDesign(KernelDesign design) {
        Lab lab = new Lab(Architecture.ARM64, design);
        int mm = lab.spawn();
        lab.mapAnonymous(mm, Lab.A, Lab.PAGE);
        lab.write(mm, Lab.A, 1);
        lab.attach("dev", DeviceModels.SMMUV3_SVA, mm, NO_BTM);
        lab.fork(mm);
        lab.read(mm, Lab.A);
        lab.deviceRead("dev", Lab.A);
        assertThat(lab.write(mm, Lab.A, 2).faults()).singleElement().extracting(Outcome.Fault::path)
                .isEqualTo(FaultPath.WP_COPY);
        assertThat(lab.deviceRead("dev", Lab.A).value()).isEqualTo(2);
        assertStuck(lab, false, design);
    }

    @ParameterizedTest
    @MethodSource("designs")
    void anSmmuWithBtmSeesEveryUpgradeUnderEveryDesign(KernelDesign design) {
        Lab tail = new Lab(Architecture.ARM64, design);
        int mm = mapCleanSharedPage(tail);
        tail.attach("dev", DeviceModels.SMMUV3_SVA, mm, BTM);
        tail.deviceRead("dev", Lab.A);
        dirtyACleanSharedPage(tail, mm);
        assertStuck(tail, false, design);

        Lab reuse = new Lab(Architecture.ARM64, design);
        reuse(reuse, mapPageOfDeadChild(reuse, DeviceModels.SMMUV3_SVA, BTM));
        assertStuck(reuse, false, design);
    }

    @ParameterizedTest
    @MethodSource("designsAndArchitectures")
    void aGuestOfKvmWritesAfterAnyUpgradeUnderEveryDesign(KernelDesign design, Architecture architecture) {
        Lab lab = new Lab(architecture, design);
        reuse(lab, mapPageOfDeadChild(lab, DeviceModels.KVM, Map.of()));
        assertThat(lab.machine().events().counts().spuriousZaps()).as("patch-v1 does not cover wp_page_reuse").isZero();
        assertStuck(lab, false, design);
    }

    @ParameterizedTest
    @MethodSource("designs")
    void patchV1AloneZapsKvmOnAnUpgradeAndCostsARefault(KernelDesign design) {
        Lab lab = new Lab(Architecture.ARM64, design);
        int mm = mapCleanSharedPage(lab);
        lab.attach("dev", DeviceModels.KVM, mm, Map.of());
        lab.deviceRead("dev", Lab.A);
        dirtyACleanSharedPage(lab, mm);
        assertThat(lab.deviceRead("dev", Lab.A).value()).isEqualTo(7);
        assertStuck(lab, false, design);
        int needless = design.equals(KernelDesign.PATCH_V1) ? 1 : 0;
        assertThat(lab.machine().events().counts().spuriousZaps()).isEqualTo(needless);
        assertThat(lab.machine().events().counts().refaults()).isEqualTo(needless);
    }

    @ParameterizedTest
    @MethodSource("designsAndArchitectures")
    void munmapOfAnUntouchedRangeTellsAnSmmuNothingOnlyInLinux66(KernelDesign design, Architecture architecture) {
        Lab lab = new Lab(architecture, design);
        int mm = lab.spawn();
        lab.mapAnonymous(mm, Lab.A, 1L << 30);
        // with nothing else below the same entry of the root, x86-64 frees a folded P4D and flushes for it
        lab.mapAnonymous(mm, Lab.A - 2 * Lab.PAGE, Lab.PAGE);
        lab.attach("dev", DeviceModels.SMMUV3_SVA, mm, NO_BTM);
        Outcome munmap = lab.munmap(mm, Lab.A, 1L << 30);
        assertThat(lab.secondaryTlbInvalidations(munmap)).isEqualTo(design.equals(KernelDesign.LINUX_6_6) ? 0 : 1);
    }

    @ParameterizedTest
    @MethodSource("designs")
    void onlyPatchV1CallsStartAfterTheEntryHasChanged(KernelDesign design) {
        Lab lab = new Lab(Architecture.ARM64, design);
        int mm = mapCleanSharedPage(lab);
        lab.attach("dev", DeviceModels.KVM, mm, Map.of());
        lab.deviceRead("dev", Lab.A);
        Outcome upgrade = dirtyACleanSharedPage(lab, mm);
        boolean late = design.equals(KernelDesign.PATCH_V1);
        assertThat(lab.violations(ViolationKind.BOOKEND)).isEqualTo(late ? 1 : 0);
        assertThat(lab.calls(upgrade, Phase.RANGE_START)).isEqualTo(late ? 1 : 0);
    }

    @ParameterizedTest
    @MethodSource("designsAndArchitectures")
    void noDesignCallsWhatMaySleepUnderThePageTableLock(KernelDesign design, Architecture architecture) {
        Lab lab = new Lab(architecture, design);
        int mm = mapCleanSharedPage(lab);
        lab.mapAnonymous(mm, Lab.A + Lab.PAGE, 3 * Lab.PAGE);
        lab.attach("smmu", DeviceModels.SMMUV3_SVA, mm, NO_BTM);
        lab.attach("guest", DeviceModels.KVM, mm, Map.of());
        for (int i = 0; i < 4; i++) {
            lab.deviceRead("smmu", Lab.A + i * Lab.PAGE);
            lab.deviceRead("guest", Lab.A + i * Lab.PAGE);
            lab.write(mm, Lab.A + i * Lab.PAGE, i);
        }
        int child = lab.fork(mm);
        lab.write(child, Lab.A + Lab.PAGE, 5);
        lab.write(mm, Lab.A + Lab.PAGE, 6);
        lab.dontneed(mm, Lab.A, Lab.PAGE);
        lab.munmap(mm, Lab.A, 4 * Lab.PAGE);
        lab.exit(mm);
        assertThat(lab.violations(ViolationKind.SLEEP_IN_ATOMIC)).isZero();
    }

    @Test
    void x86NeverFlushesOnAnUpgradeSoADeviceThatKeepsItsEntryWouldBeStrandedEvenInLinux66() {
        Lab lab = new Lab(Architecture.X86_64, KernelDesign.LINUX_6_6);
        int mm = mapPageOfDeadChild(lab, DeviceModels.SMMUV3_SVA, NO_BTM);
        Outcome upgrade = reuse(lab, mm);
        assertThat(lab.calls(upgrade, Phase.ARCH_INVALIDATE_SECONDARY_TLBS)).isZero();
        assertThat(lab.calls(upgrade, Phase.TLB_FLUSH)).isZero();
        assertStuck(lab, true, KernelDesign.LINUX_6_6);
    }

    @ParameterizedTest
    @MethodSource("designs")
    void aSubscriberWithBothHooksIsRefusedOnlyInLinux66(KernelDesign design) {
        CurrentActor current = new CurrentActor();
        EventSink sink = EventSink.NONE;
        MmuNotifiers notifiers = new MmuNotifiers(design, KernelVersion.V6_12, sink, new Tracer(),
                new Checker(sink, current), current,
                new SimulatedClock(), 0);
        int error = notifiers.register(new MmuNotifierSubscriptions(1), new TwoHooks());
        assertThat((long) error)
                .isEqualTo(design.equals(KernelDesign.LINUX_6_6) ? Errno.EINVAL.returned() : 0);
    }
}
