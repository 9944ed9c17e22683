package io.mmulab.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.Tracepoint;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.kernel.secondary.AccessStatus;

/** What a guest of KVM does with its memory slots, on the six recorded kernels. */
class KvmGuestTest {
    private static final String GUEST = "guest";
    private static final long GPA = 0x4000_0000L;
    private static final int EINVAL = -22;
    private static final int EEXIST = -17;

    private final List<String> calls = new ArrayList<>();

    /** A recorded kernel. */
    enum Kernel {
        X86_6_1, X86_6_12, X86_7_3, ARM_6_1, ARM_6_12, ARM_7_3;

        boolean isX86() {
            return name().startsWith("X86");
        }

        Lab lab() {
            Architecture architecture = isX86() ? Architecture.X86_64 : Architecture.ARM64_HAFDBS;
            return switch (name().substring(name().indexOf('_') + 1)) {
                case "6_1" -> new Lab(architecture, KernelVersion.V6_1, KernelDesign.LINUX_6_3);
                case "6_12" -> new Lab(architecture, KernelVersion.V6_12, KernelDesign.LINUX_6_6);
                default -> new Lab(architecture, KernelVersion.V7_3, KernelDesign.LINUX_6_6);
            };
        }
    }

    private static int attached(Lab lab) {
        int mm = lab.spawn();
        lab.mapAnonymous(mm, Lab.A, 4 * Lab.PAGE);
        lab.attach(GUEST, DeviceModels.KVM, mm, Map.of("slots", "none"));
        return mm;
    }

    private static long slot(Lab lab, int id, long guest, long address, long pages, boolean readOnly) {
        return lab.apply(new Operation.SetMemoryRegion(GUEST, id, guest, address, pages * Lab.PAGE, readOnly, false))
                .result();
    }

    private static Outcome read(Lab lab, long page) {
        return lab.deviceRead(GUEST, GPA + page * Lab.PAGE);
    }

    private static Outcome write(Lab lab, long page, int value) {
        return lab.deviceWrite(GUEST, GPA + page * Lab.PAGE, value);
    }

    private void listen(Lab lab) {
        calls.clear();
        lab.machine().tracer().listen((point, mm, start, end, value, detail) -> {
            if (point.name().startsWith("KVM_")) {
                calls.add((point.name() + " " + (start >= GPA && start < Lab.A << 8 ? (start - GPA) / Lab.PAGE : "hva")
                        + " " + detail).strip());
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void slotsAreRefusedWithTheErrnoOfLinux(Kernel kernel) {
        Lab lab = kernel.lab();
        attached(lab);
        assertThat(slot(lab, 0, GPA, Lab.A, 2, false)).isZero();
        assertThat(slot(lab, 1, GPA + Lab.PAGE, Lab.A, 2, false)).as("overlap").isEqualTo(EEXIST);
        assertThat(slot(lab, 1, GPA + 8 * Lab.PAGE, Lab.A, 0, false)).as("removes nothing").isEqualTo(EINVAL);
        assertThat(slot(lab, 0, GPA, Lab.A + Lab.PAGE, 2, false)).as("other memory").isEqualTo(EINVAL);
        assertThat(slot(lab, 0, GPA, Lab.A, 2, true)).as("other rights").isEqualTo(EINVAL);
        assertThat(slot(lab, 1, GPA + 100, Lab.A, 2, false)).as("not aligned").isEqualTo(EINVAL);
        assertThat(slot(lab, 32_764, GPA, Lab.A, 2, false)).as("no such number").isEqualTo(EINVAL);
        assertThat(slot(lab, 2, 1L << 40, Lab.A, 1, false)).as("beyond guest addresses")
                .isEqualTo(kernel.isX86() ? EINVAL : -14);
        assertThat(slot(lab, 0, GPA, Lab.A, 2, false)).as("as it is").isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aRemovedSlotIsMmioAndItsMemoryComesBackWithANewSlot(Kernel kernel) {
        Lab lab = kernel.lab();
        attached(lab);
        slot(lab, 0, GPA, Lab.A, 2, false);
        assertThat(write(lab, 0, 7).deviceStatus()).isEqualTo(AccessStatus.OK);
        assertThat(slot(lab, 0, 0, 0, 0, false)).isZero();
        assertThat(lab.machine().device(GUEST).entryCount()).isZero();
        assertThat(read(lab, 0).deviceStatus()).isEqualTo(AccessStatus.MMIO);
        assertThat(slot(lab, 5, GPA + 16 * Lab.PAGE, Lab.A, 2, false)).isZero();
        assertThat(read(lab, 16).value()).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource
    void aMovedSlotLeavesNothingBehind(Kernel kernel) {
        Lab lab = kernel.lab();
        attached(lab);
        slot(lab, 0, GPA, Lab.A, 2, false);
        write(lab, 1, 9);
        assertThat(slot(lab, 0, GPA + 2 * Lab.PAGE, Lab.A, 2, false)).isZero();
        assertThat(read(lab, 1).deviceStatus()).isEqualTo(AccessStatus.MMIO);
        assertThat(read(lab, 3).value()).isEqualTo(9);
    }

    /** kvm_slot_delete_and_move: all slots lose their entries on x86-64, only the slot's own go on arm64. */
    @ParameterizedTest
    @EnumSource
    void removingASlotZapsAllSlotsOnX86AndItsOwnEntriesOnArm(Kernel kernel) {
        Lab lab = kernel.lab();
        attached(lab);
        slot(lab, 0, GPA, Lab.A, 2, false);
        slot(lab, 1, GPA + 16 * Lab.PAGE, Lab.A + 2 * Lab.PAGE, 2, false);
        write(lab, 0, 1);
        write(lab, 16, 2);
        slot(lab, 0, 0, 0, 0, false);
        assertThat(lab.machine().device(GUEST).entryCount()).isEqualTo(kernel.isX86() ? 0 : 1);
    }

    @ParameterizedTest
    @EnumSource
    void aReadOnlySlotIsNeverMappedWritable(Kernel kernel) {
        Lab lab = kernel.lab();
        int mm = attached(lab);
        lab.write(mm, Lab.A, 5);
        slot(lab, 0, GPA, Lab.A, 1, true);
        assertThat(read(lab, 0).value()).isEqualTo(5);
        assertThat(write(lab, 0, 6).deviceStatus()).isEqualTo(AccessStatus.MMIO);
        assertThat(lab.read(mm, Lab.A).value()).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource
    void aGuestCannotDoWhatItsProcessCannot(Kernel kernel) {
        Lab lab = kernel.lab();
        int mm = attached(lab);
        lab.write(mm, Lab.A, 5);
        slot(lab, 0, GPA, Lab.A, 8, false);
        lab.mprotect(mm, Lab.A, Lab.PAGE, Prot.PROT_READ);
        assertThat(read(lab, 0).value()).isEqualTo(5);
        assertThat(write(lab, 0, 6).deviceStatus()).isEqualTo(AccessStatus.INVALID);
        assertThat(read(lab, 6).deviceStatus()).as("no VMA").isEqualTo(AccessStatus.INVALID);
    }

    @ParameterizedTest
    @EnumSource
    void everyAliasOfAPageIsZapped(Kernel kernel) {
        Lab lab = kernel.lab();
        int mm = attached(lab);
        slot(lab, 0, GPA, Lab.A, 2, false);
        slot(lab, 1, GPA + 16 * Lab.PAGE, Lab.A, 2, false);
        write(lab, 0, 1);
        assertThat(read(lab, 16).value()).isEqualTo(1);
        lab.dontneed(mm, Lab.A, Lab.PAGE);
        assertThat(lab.machine().device(GUEST).entryCount()).isZero();
        assertThat(read(lab, 16).value()).isZero();
    }

    /** wp_upgrade_*: the CPU's upgrade tells KVM nothing; the guest's own write asks the host again. */
    @ParameterizedTest
    @EnumSource
    void aReadOnlyEntryIsUpgradedInPlace(Kernel kernel) {
        Lab lab = kernel.lab();
        int mm = attached(lab);
        lab.write(mm, Lab.A, 1);
        int child = lab.fork(mm);
        slot(lab, 0, GPA, Lab.A, 1, false);
        read(lab, 0);
        lab.exit(child);
        lab.write(mm, Lab.A, 2);
        listen(lab);
        assertThat(read(lab, 0).value()).isEqualTo(2);
        assertThat(calls).isEmpty();
        assertThat(write(lab, 0, 3).deviceStatus()).isEqualTo(AccessStatus.OK);
        if (kernel.isX86()) {
            assertThat(calls).containsExactly("KVM_PAGE_FAULT 0 P|W|U", "KVM_TDP_MMU_SPTE_CHANGED 0 1 rA rwAD");
        } else {
            assertThat(calls).containsExactly("KVM_GUEST_FAULT 0 WRITE permission", "KVM_STAGE2_RELAX_PERMS 0");
        }
    }

    @ParameterizedTest
    @CsvSource({"X86_6_1, 2", "X86_6_12, 1", "X86_7_3, 1537"})
    void theRootIsZappedAsTheReleaseDoes(Kernel kernel, int reports) {
        Lab lab = kernel.lab();
        attached(lab);
        slot(lab, 0, GPA, Lab.A, 2, false);
        write(lab, 0, 1);
        listen(lab);
        slot(lab, 0, 0, 0, 0, false);
        // 6.1: the table and the page; 6.12: the page; 7.3: the page, and each entry of the three tables below the root
        assertThat(calls).hasSize(reports);
        assertThat(calls).contains("KVM_TDP_MMU_SPTE_CHANGED 0 1 rwAD none");
    }

    /** change_pte brings no memory for tables: with the last entry of a table gone, it maps nothing. */
    @ParameterizedTest
    @CsvSource({"true, WRITE permission", "false, WRITE translation"})
    void changePteMapsReadOnlyWhereATableIsLeft(boolean neighbour, String fault) {
        Lab lab = Kernel.ARM_6_1.lab();
        attached(lab);
        slot(lab, 0, GPA, Lab.A, 4, false);
        if (neighbour) {
            write(lab, 3, 1);
        }
        read(lab, 0);
        listen(lab);
        write(lab, 0, 2);
        assertThat(calls).filteredOn(call -> call.startsWith(Tracepoint.KVM_GUEST_FAULT.name()))
                .containsExactly("KVM_GUEST_FAULT 0 WRITE permission", "KVM_GUEST_FAULT 0 " + fault);
    }

    @ParameterizedTest
    @EnumSource
    void ageingMakesAnEntryOldUntilTheGuestUsesItAgain(Kernel kernel) {
        Lab lab = kernel.lab();
        int mm = attached(lab);
        slot(lab, 0, GPA, Lab.A, 2, false);
        write(lab, 0, 1);
        assertThat(young(lab, mm)).isTrue();
        assertThat(aged(lab, mm)).isTrue();
        assertThat(young(lab, mm)).isFalse();
        assertThat(aged(lab, mm)).isFalse();
        read(lab, 0);
        assertThat(aged(lab, mm)).isTrue();
        assertThat(lab.machine().device(GUEST).entryCount()).isEqualTo(1);
    }

    private static boolean young(Lab lab, int mm) {
        return lab.machine().notifiers()
                .testYoung(lab.machine().addressSpace(mm).subscriptions(), Lab.A, Cause.KHUGEPAGED_SCAN);
    }

    private static boolean aged(Lab lab, int mm) {
        return lab.machine().notifiers().clearFlushYoung(
                lab.machine().addressSpace(mm).subscriptions(), Lab.A, Lab.A + Lab.PAGE, Cause.PAGE_REFERENCED);
    }

    @ParameterizedTest
    @EnumSource
    void aVmGoesWithItsAddressSpace(Kernel kernel) {
        Lab lab = kernel.lab();
        int mm = attached(lab);
        slot(lab, 0, GPA, Lab.A, 2, false);
        write(lab, 0, 1);
        lab.exit(mm);
        assertThat(lab.machine().device(GUEST).entryCount()).isZero();
        assertThat(slot(lab, 1, GPA, Lab.A, 2, false)).isEqualTo(-5);
    }
}
