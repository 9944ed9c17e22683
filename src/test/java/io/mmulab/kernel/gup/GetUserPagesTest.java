package io.mmulab.kernel.gup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.mmulab.device.Lab;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.machine.AccessKind;
import io.mmulab.kernel.machine.Advice;
import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.vma.MappedFile;

class GetUserPagesTest {
    private static final long LENGTH = 4 * Lab.PAGE;

    private Lab lab = new Lab(Architecture.X86_64, KernelVersion.V6_12, KernelDesign.LINUX_6_6);
    private int mm = lab.spawn();

    private void restart(String version) {
        KernelVersion chosen = KernelVersion.PRESETS.stream().filter(preset -> preset.name().equals(version))
                .findFirst().orElseThrow();
        lab = new Lab(Architecture.X86_64, chosen, KernelDesign.LINUX_6_6);
        mm = lab.spawn();
    }

    private Outcome procMem(int by, int target, long address, AccessKind access) {
        return lab.apply(new Operation.ProcMem(by, target, address, access, 9));
    }

    private Outcome processVm(int target, long address, AccessKind access) {
        return lab.apply(new Operation.ProcessVm(mm, target, address, access, 9));
    }

    private Outcome pin(long address, long length) {
        return lab.apply(new Operation.RegisterBuffer(mm, address, length));
    }

    private Outcome advise(long length, Advice advice) {
        return lab.apply(new Operation.Madvise(mm, Lab.A, length, advice));
    }

    private int frame(int id, long address) {
        return Pte.frame(lab.machine().addressSpace(id).pageTable().get(address));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "ok", value = {"6.1, ok", "6.12, ok", "7.3, EIO"})
    void procMemWritesReadOnlyPrivateMemoryUntilThatWasForbidden(String version, String error) {
        restart(version);
        lab.mapAnonymous(mm, Lab.A, LENGTH, Set.of(Prot.PROT_READ));
        Outcome write = procMem(mm, mm, Lab.A, AccessKind.WRITE);
        assertThat(write.error()).isEqualTo(error);
        assertThat(lab.read(mm, Lab.A).value()).isEqualTo(error == null ? 9 : 0);
    }

    @Test
    void procMemReadsWhatItsOwnerMayNot() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        lab.write(mm, Lab.A, 4);
        lab.mprotect(mm, Lab.A, LENGTH);
        assertThat(procMem(mm, mm, Lab.A, AccessKind.READ).value()).isEqualTo(4);
        assertThat(processVm(mm, Lab.A, AccessKind.READ).error()).isEqualTo("EFAULT");
    }

    @Test
    void aForcedWriteLeavesSharedReadOnlyMemoryAlone() {
        lab.createFile("f", MappedFile.Kind.TMPFS, 4);
        lab.mapFile(mm, Lab.A, LENGTH, "f", MapFlag.MAP_SHARED);
        lab.mprotect(mm, Lab.A, LENGTH, Prot.PROT_READ);
        assertThat(procMem(mm, mm, Lab.A, AccessKind.WRITE).error()).isEqualTo("EIO");
    }

    @Test
    void aRemoteWriteBreaksCopyOnWrite() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        lab.write(mm, Lab.A, 1);
        int child = lab.fork(mm);
        assertThat(processVm(child, Lab.A, AccessKind.WRITE).error()).isNull();
        assertThat(lab.read(child, Lab.A).value()).isEqualTo(9);
        assertThat(lab.read(mm, Lab.A).value()).isEqualTo(1);
    }

    @Test
    void aPinnedPageIsCopiedAtFork() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        lab.write(mm, Lab.A, 1);
        lab.write(mm, Lab.A + Lab.PAGE, 1);
        assertThat(pin(Lab.A, Lab.PAGE).error()).isNull();
        int child = lab.fork(mm);
        assertThat(frame(child, Lab.A)).isNotEqualTo(frame(mm, Lab.A));
        assertThat(frame(child, Lab.A + Lab.PAGE)).isEqualTo(frame(mm, Lab.A + Lab.PAGE));
        assertThat(Pte.write(lab.machine().addressSpace(mm).pageTable().get(Lab.A))).isTrue();
    }

    @Test
    void aPinOfASharedPageTakesACopy() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        lab.write(mm, Lab.A, 1);
        int child = lab.fork(mm);
        int shared = frame(child, Lab.A);
        pin(Lab.A, Lab.PAGE);
        assertThat(frame(mm, Lab.A)).isNotEqualTo(shared);
        assertThat(frame(child, Lab.A)).isEqualTo(shared);
    }

    @Test
    void aPinnedPageStaysWhenItIsUnmapped() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        pin(Lab.A, Lab.PAGE);
        lab.munmap(mm, Lab.A, LENGTH);
        assertThat(lab.machine().frames().inUse()).isEqualTo(1);
        lab.apply(new Operation.UnregisterBuffer(mm));
        assertThat(lab.machine().frames().inUse()).isZero();
    }

    @Test
    void aRingHasOneBuffer() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        assertThat(lab.apply(new Operation.UnregisterBuffer(mm)).error()).isEqualTo("EBADF");
        assertThat(pin(Lab.A, Lab.PAGE).error()).isNull();
        assertThat(pin(Lab.A, Lab.PAGE).error()).isEqualTo("EBUSY");
        assertThat(lab.apply(new Operation.UnregisterBuffer(mm)).error()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"6.1, EOPNOTSUPP", "6.12, EFAULT", "7.3, EFAULT"})
    void filesOnDiskCannotBePinned(String version, String error) {
        restart(version);
        lab.createFile("f", MappedFile.Kind.DISK, 4);
        lab.mapFile(mm, Lab.A, LENGTH, "f", MapFlag.MAP_SHARED);
        assertThat(pin(Lab.A, Lab.PAGE).error()).isEqualTo(error);
    }

    @Test
    void populatedMemoryFaultsNoMore() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        advise(LENGTH, Advice.MADV_POPULATE_READ);
        assertThat(lab.read(mm, Lab.A).faults()).isEmpty();
        assertThat(lab.machine().frames().inUse()).isZero();
        advise(LENGTH, Advice.MADV_POPULATE_WRITE);
        assertThat(lab.write(mm, Lab.A, 1).faults()).isEmpty();
        assertThat(lab.machine().frames().inUse()).isEqualTo(4);
    }

    @Test
    void populateSaysWhatIsInItsWay() {
        lab.mapAnonymous(mm, Lab.A, LENGTH, Set.of(Prot.PROT_READ));
        assertThat(advise(LENGTH, Advice.MADV_POPULATE_WRITE).error()).isEqualTo("EINVAL");
        assertThat(advise(LENGTH + Lab.PAGE, Advice.MADV_POPULATE_READ).error()).isEqualTo("ENOMEM");
        lab.munmap(mm, Lab.A, LENGTH);
        lab.createFile("f", MappedFile.Kind.TMPFS, 2);
        lab.mapFile(mm, Lab.A, LENGTH, "f", MapFlag.MAP_SHARED);
        assertThat(advise(LENGTH, Advice.MADV_POPULATE_READ).error()).isEqualTo("EFAULT");
    }
}
