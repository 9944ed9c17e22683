package io.mmulab.kernel.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.mmulab.device.Lab;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.kernel.secondary.AccessStatus;
import io.mmulab.kernel.vma.MappedFile;

class FaultPathsTest {
    private final Lab lab = new Lab(Architecture.ARM64, KernelDesign.LINUX_6_3);
    private final int mm = lab.spawn();

    private static void assertPath(Outcome outcome, FaultPath path) {
        assertThat(outcome.faults()).extracting(Outcome.Fault::path).containsExactly(path);
    }

    @Test
    void nothingMappedIsSegvMaperr() {
        Outcome read = lab.read(mm, Lab.A);
        assertPath(read, FaultPath.BAD_AREA);
        assertThat(read.signal()).isEqualTo(new Outcome.Signal("SIGSEGV", "SEGV_MAPERR", Lab.A));
    }

    @Test
    void aWriteToReadOnlyMemoryIsSegvAccerr() {
        lab.mapAnonymous(mm, Lab.A, Lab.PAGE, Set.of(Prot.PROT_READ));
        Outcome write = lab.write(mm, Lab.A, 1);
        assertPath(write, FaultPath.BAD_ACCESS);
        assertThat(write.signal()).isEqualTo(new Outcome.Signal("SIGSEGV", "SEGV_ACCERR", Lab.A));
    }

    @Test
    void anAnonymousReadMapsTheZeroPageAndAWriteCopiesIt() {
        lab.mapAnonymous(mm, Lab.A, Lab.PAGE);
        assertPath(lab.read(mm, Lab.A), FaultPath.ANONYMOUS_ZERO_PAGE);
        assertThat(lab.machine().frames().inUse()).isZero();
        assertPath(lab.write(mm, Lab.A, 1), FaultPath.WP_COPY);
        assertThat(lab.machine().frames().inUse()).isEqualTo(1);
    }

    @Test
    void anAnonymousWriteTakesAPage() {
        lab.mapAnonymous(mm, Lab.A, Lab.PAGE);
        assertPath(lab.write(mm, Lab.A, 1), FaultPath.ANONYMOUS_PAGE);
    }

    @Test
    void aReadOfACachedFileMapsItsNeighboursToo() {
        lab.createFile("f", MappedFile.Kind.DISK, 32);
        lab.mapFile(mm, Lab.A, 32 * Lab.PAGE, "f", MapFlag.MAP_PRIVATE);
        assertPath(lab.read(mm, Lab.A), FaultPath.FAULT_AROUND);
        assertThat(lab.machine().addressSpace(mm).filePages()).isEqualTo(16);
    }

    @Test
    void aReadOfAFileThatIsNotCachedIsMajor() {
        lab.apply(new Operation.CreateFile("f", MappedFile.Kind.DISK, 4, true, false));
        lab.mapFile(mm, Lab.A, 4 * Lab.PAGE, "f", MapFlag.MAP_PRIVATE);
        Outcome read = lab.read(mm, Lab.A);
        assertThat(read.faults()).extracting(Outcome.Fault::path)
                .as("the first attempt drops the lock while it reads").containsExactly(FaultPath.READ_FAULT,
                        FaultPath.FAULT_AROUND);
        assertThat(read.faults().getFirst().major()).isTrue();
        assertThat(lab.machine().addressSpace(mm).majorFaults()).isEqualTo(1);
        assertThat(lab.machine().addressSpace(mm).minorFaults()).isZero();
        assertThat(read.value()).isEqualTo(0x10);
    }

    @Test
    void aReadBeyondTheEndOfTheFileIsSigbus() {
        lab.createFile("f", MappedFile.Kind.DISK, 1);
        lab.mapFile(mm, Lab.A, 2 * Lab.PAGE, "f", MapFlag.MAP_SHARED);
        Outcome read = lab.read(mm, Lab.A + Lab.PAGE);
        assertThat(read.signal()).isEqualTo(new Outcome.Signal("SIGBUS", "BUS_ADRERR", Lab.A + Lab.PAGE));
    }

    @Test
    void aFirstWriteToAPrivateFilePageCopiesAndLeavesTheFileAlone() {
        lab.createFile("f", MappedFile.Kind.DISK, 1);
        lab.mapFile(mm, Lab.A, Lab.PAGE, "f", MapFlag.MAP_PRIVATE);
        assertPath(lab.write(mm, Lab.A, 1), FaultPath.COW_FAULT);
        int frame = lab.machine().file("f").cachedFrame(0);
        assertThat(lab.machine().frames().content(frame)).isEqualTo((byte) 0x10);
    }

    @Test
    void aFirstWriteToASharedFilePageReachesTheFile() {
        lab.createFile("f", MappedFile.Kind.DISK, 1);
        lab.mapFile(mm, Lab.A, Lab.PAGE, "f", MapFlag.MAP_SHARED);
        assertPath(lab.write(mm, Lab.A, 1), FaultPath.SHARED_FAULT);
        assertThat(lab.machine().frames().content(lab.machine().file("f").cachedFrame(0))).isEqualTo((byte) 1);
    }

    @Test
    void aWriteAfterAReadOfASharedDiskFileUpgradesAfterPageMkwrite() {
        lab.createFile("f", MappedFile.Kind.DISK, 1);
        lab.mapFile(mm, Lab.A, Lab.PAGE, "f", MapFlag.MAP_SHARED);
        lab.read(mm, Lab.A);
        assertPath(lab.write(mm, Lab.A, 1), FaultPath.WP_SHARED);
    }

    @Test
    void aWriteAfterAReadOfTmpfsOnlySetsTheDirtyBit() {
        lab.createFile("f", MappedFile.Kind.TMPFS, 1);
        lab.mapFile(mm, Lab.A, Lab.PAGE, "f", MapFlag.MAP_SHARED);
        lab.read(mm, Lab.A);
        assertPath(lab.write(mm, Lab.A, 1), FaultPath.SET_ACCESS_FLAGS);
    }

    @Test
    void aPageSharedWithAChildIsCopiedAndTheLastOwnerReusesIt() {
        lab.mapAnonymous(mm, Lab.A, Lab.PAGE);
        lab.write(mm, Lab.A, 1);
        int child = lab.fork(mm);
        assertPath(lab.write(child, Lab.A, 2), FaultPath.WP_COPY);
        assertPath(lab.write(mm, Lab.A, 3), FaultPath.WP_REUSE);
        assertThat(lab.read(child, Lab.A).value()).isEqualTo(2);
    }

    @Test
    void aDeviceThatWasNotToldFaultsOnAnEntryThatAllowsItAlready() {
        lab.createFile("f", MappedFile.Kind.TMPFS, 1);
        lab.mapFile(mm, Lab.A, Lab.PAGE, "f", MapFlag.MAP_SHARED);
        lab.read(mm, Lab.A);
        lab.attach("dev", "smmuv3-sva", mm, Map.of());
        lab.deviceRead("dev", Lab.A);
        lab.write(mm, Lab.A, 1);
        Outcome write = lab.deviceWrite("dev", Lab.A, 2);
        assertThat(write.deviceStatus()).isEqualTo(AccessStatus.STUCK);
        assertThat(write.faults()).hasSize(8).extracting(Outcome.Fault::path).containsOnly(FaultPath.SPURIOUS);
    }
}
