package io.mmulab.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.ViolationKind;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifierSubscriptions;
import io.mmulab.kernel.secondary.AccessStatus;
import io.mmulab.kernel.secondary.SecondaryMmu;

/** What every device keeps, under every preset design and architecture. A device's test extends it. */
abstract class SecondaryMmuContract {
    private static final int PAGES = 8;
    private static final String DEVICE = "dev";

    /** Name of the device model. */
    abstract String model();

    /** Options of the device. */
    abstract Map<String, String> options();

    /** What becomes of an entry after the kernel has taken its page away. */
    enum Afterwards {
        /** The device asks again. */
        REFILLS,
        /** It is gone for good. */
        STAYS_GONE,
        /** The device keeps the page. */
        KEEPS_PAGE
    }

    /** See {@link Afterwards}. */
    Afterwards afterwards() {
        return Afterwards.REFILLS;
    }

    /** Whether it refuses in the list beside intervals: the window of these stays open then (B-ITREE-LEAK). */
    boolean refusesInTheList() {
        return false;
    }

    /** A read of a page that the kernel has taken away from the device, or would have. */
    private void assertReads(Lab lab, long address, int anew, int kept) {
        Outcome read = lab.deviceRead(DEVICE, address);
        if (afterwards() == Afterwards.STAYS_GONE) {
            assertThat(read.deviceStatus()).isEqualTo(AccessStatus.INVALID);
        } else {
            assertThat(read.value()).isEqualTo(afterwards() == Afterwards.REFILLS ? anew : kept);
        }
    }

    static Stream<Arguments> machines() {
        return KernelDesign.THREAD.stream()
                .flatMap(design -> Lab.RECORDED.stream().map(arch -> Arguments.of(arch, design)));
    }

    private int attached(Lab lab) {
        int mm = lab.spawn();
        lab.mapAnonymous(mm, Lab.A, PAGES * Lab.PAGE);
        assertThat(lab.attach(DEVICE, model(), mm, options()).result()).isPositive();
        return mm;
    }

    private static long page(int index) {
        return Lab.A + index * Lab.PAGE;
    }

    private static void fill(Lab lab, int mm) {
        for (int i = 0; i < PAGES; i++) {
            lab.write(mm, page(i), 0x40 + i);
            assertThat(lab.deviceRead(DEVICE, page(i)).value()).isEqualTo(0x40 + i);
        }
    }

    private static void assertCoherent(Lab lab) {
        for (ViolationKind kind : new ViolationKind[] {ViolationKind.MISSED_NOTIFY, ViolationKind.STALE_FRAME,
            ViolationKind.STALE_WRITE, ViolationKind.SLEEP_IN_ATOMIC}) {
            assertThat(lab.violations(kind)).as(kind.name()).isZero();
        }
    }

    private static SecondaryMmu device(Lab lab) {
        return lab.machine().device(DEVICE);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void readsWhatTheCpuWrote(Architecture architecture, KernelDesign design) {
        Lab lab = new Lab(architecture, design);
        fill(lab, attached(lab));
        assertThat(device(lab).entryCount()).isEqualTo(PAGES);
        assertCoherent(lab);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void theCpuReadsWhatItWrote(Architecture architecture, KernelDesign design) {
        Lab lab = new Lab(architecture, design);
        int mm = attached(lab);
        assertThat(lab.deviceWrite(DEVICE, page(3), 0x77).deviceStatus()).isEqualTo(AccessStatus.OK);
        assertThat(lab.read(mm, page(3)).value()).isEqualTo(0x77);
        assertCoherent(lab);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void cachesNothingOfWhatMunmapTookAway(Architecture architecture, KernelDesign design) {
        Lab lab = new Lab(architecture, design);
        int mm = attached(lab);
        fill(lab, mm);
        lab.munmap(mm, page(2), 3 * Lab.PAGE);
        if (afterwards() == Afterwards.KEEPS_PAGE) {
            assertThat(lab.deviceRead(DEVICE, page(3)).value()).isEqualTo(0x43);
            assertCoherent(lab);
            return;
        }
        device(lab).visitEntries(page(2), page(5), (address, frame, writable) -> {
            throw new AssertionError("still cached: 0x" + Long.toHexString(address));
        });
        assertThat(lab.deviceRead(DEVICE, page(3)).deviceStatus()).isEqualTo(AccessStatus.INVALID);
        assertThat(lab.deviceRead(DEVICE, page(6)).value()).isEqualTo(0x46);
        assertCoherent(lab);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void readsZeroesAfterDontneed(Architecture architecture, KernelDesign design) {
        Lab lab = new Lab(architecture, design);
        int mm = attached(lab);
        fill(lab, mm);
        lab.dontneed(mm, page(0), PAGES * Lab.PAGE);
        assertReads(lab, page(4), 0, 0x44);
        assertCoherent(lab);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void cannotWriteAfterMprotectTookTheRight(Architecture architecture, KernelDesign design) {
        Lab lab = new Lab(architecture, design);
        int mm = attached(lab);
        fill(lab, mm);
        lab.deviceWrite(DEVICE, page(1), 1);
        lab.mprotect(mm, page(0), PAGES * Lab.PAGE, Prot.PROT_READ);
        assertThat(lab.deviceWrite(DEVICE, page(1), 2).deviceStatus())
                .isEqualTo(afterwards() == Afterwards.KEEPS_PAGE ? AccessStatus.OK : AccessStatus.INVALID);
        assertReads(lab, page(1), 1, 2);
        assertCoherent(lab);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void staysWithItsOwnAddressSpaceAfterFork(Architecture architecture, KernelDesign design) {
        Lab lab = new Lab(architecture, design);
        int mm = attached(lab);
        fill(lab, mm);
        int child = lab.fork(mm);
        lab.write(child, page(0), 0x50);
        assertReads(lab, page(0), 0x40, 0x40);
        lab.write(mm, page(1), 0x51);
        assertReads(lab, page(1), 0x51, 0x51);
        if (afterwards() == Afterwards.STAYS_GONE) {
            assertCoherent(lab);
            return;
        }
        assertThat(lab.deviceWrite(DEVICE, page(2), 0x52).deviceStatus()).isEqualTo(AccessStatus.OK);
        assertThat(lab.read(child, page(2)).value()).isEqualTo(0x42);
        assertThat(lab.read(mm, page(2)).value()).isEqualTo(0x52);
        assertCoherent(lab);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void seesTheParentsCopyAfterItReadTheSharedPage(Architecture architecture, KernelDesign design) {
        Lab lab = new Lab(architecture, design);
        int mm = attached(lab);
        fill(lab, mm);
        int child = lab.fork(mm);
        assertReads(lab, page(5), 0x45, 0x45);
        lab.write(mm, page(5), 0x55);
        assertReads(lab, page(5), 0x55, 0x55);
        assertThat(lab.read(child, page(5)).value()).isEqualTo(0x45);
        assertCoherent(lab);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void anAccessOutsideAnyVmaIsInvalid(Architecture architecture, KernelDesign design) {
        Lab lab = new Lab(architecture, design);
        attached(lab);
        for (long address : new long[] {0, Lab.A - 1, page(PAGES), architecture.taskSize() - 1,
            architecture.taskSize(), architecture.taskSize() + Lab.A, -1}) {
            Outcome outcome = lab.deviceRead(DEVICE, address);
            assertThat(outcome.deviceStatus()).as(Long.toHexString(address)).isEqualTo(AccessStatus.INVALID);
        }
        assertThat(device(lab).entryCount()).isZero();
    }

    @ParameterizedTest
    @MethodSource("machines")
    void cachesNothingAfterReleaseAndRefusesAccesses(Architecture architecture, KernelDesign design) {
        Lab lab = new Lab(architecture, design);
        int mm = attached(lab);
        fill(lab, mm);
        lab.exit(mm);
        if (afterwards() == Afterwards.KEEPS_PAGE) {
            assertThat(lab.deviceRead(DEVICE, page(0)).value()).isEqualTo(0x40);
            lab.detach(DEVICE);
            assertThat(lab.machine().frames().inUse()).isZero();
            return;
        }
        assertThat(device(lab).entryCount()).isZero();
        assertThat(device(lab).boundTo()).isNull();
        assertThat(lab.deviceRead(DEVICE, page(0)).deviceStatus()).isEqualTo(AccessStatus.INVALID);
        lab.detach(DEVICE);
        assertThat(lab.machine().frames().inUse()).isZero();
        assertCoherent(lab);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void detachLeavesNoEntry(Architecture architecture, KernelDesign design) {
        Lab lab = new Lab(architecture, design);
        int mm = attached(lab);
        fill(lab, mm);
        SecondaryMmu device = device(lab);
        lab.detach(DEVICE);
        assertThat(device.entryCount()).isZero();
        assertThat(device.boundTo()).isNull();
        lab.write(mm, page(0), 1);
        lab.munmap(mm, Lab.A, PAGES * Lab.PAGE);
        assertCoherent(lab);
    }

    /** The contract of start: nothing of the range is held when it returns, and nothing comes back before the end. */
    @ParameterizedTest
    @MethodSource("machines")
    void holdsNothingOfAWindowUntilItCloses(Architecture architecture, KernelDesign design) {
        Lab lab = new Lab(architecture, design);
        int mm = attached(lab);
        fill(lab, mm);
        MmuNotifierSubscriptions subscriptions = lab.machine().addressSpace(mm).subscriptions();
        if (!subscriptions.hasRangeSubscriber(page(2), page(4))) {
            return;
        }
        MmuNotifierRange window = lab.machine().notifiers().rangeStart(subscriptions, EventType.CLEAR, page(2), page(4),
                Cause.ZAP_PAGE_RANGE_SINGLE);
        assertThat(device(lab).access(page(2), false, (byte) 0)).isNotEqualTo(AccessStatus.OK);
        device(lab).visitEntries(page(2), page(4), (address, frame, writable) -> {
            throw new AssertionError("held in a window: 0x" + Long.toHexString(address));
        });
        lab.machine().notifiers().rangeEnd(window);
        assertReads(lab, page(3), 0x43, 0x43);
        assertCoherent(lab);
    }

    /** Whoever refuses a window in which nobody may sleep must not have an end, and loses nothing by it. */
    @ParameterizedTest
    @MethodSource("machines")
    void refusesAWindowOnlyAsTheContractAllows(Architecture architecture, KernelDesign design) {
        Lab lab = new Lab(architecture, design);
        int mm = attached(lab);
        fill(lab, mm);
        MmuNotifierSubscriptions subscriptions = lab.machine().addressSpace(mm).subscriptions();
        MmuNotifierRange window = lab.machine().notifiers().rangeStartNonblock(subscriptions, EventType.UNMAP, page(2),
                page(4), Cause.OOM_REAP_TASK_MM);
        assertThat(lab.violations(ViolationKind.NOTIFIER_WARNING)).isZero();
        if (window == null) {
            assertThat(lab.deviceRead(DEVICE, page(2)).faultCount()).isZero();
            assertThat(subscriptions.activeInvalidateRanges()).isEqualTo(refusesInTheList() ? 1 : 0);
        } else {
            lab.machine().notifiers().rangeEnd(window);
        }
        assertThat(lab.deviceRead(DEVICE, page(6)).value()).isEqualTo(0x46);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void theSameAccessesGiveTheSameState(Architecture architecture, KernelDesign design) {
        assertThat(digestOfARun(architecture, design)).isEqualTo(digestOfARun(architecture, design));
    }

    private long digestOfARun(Architecture architecture, KernelDesign design) {
        Lab lab = new Lab(architecture, design);
        int mm = attached(lab);
        fill(lab, mm);
        lab.fork(mm);
        lab.write(mm, page(2), 9);
        lab.deviceRead(DEVICE, page(2));
        lab.munmap(mm, page(4), Lab.PAGE);
        return lab.machine().digest();
    }
}
