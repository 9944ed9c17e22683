package io.mmulab.kernel.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.mmulab.device.Lab;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.MappedFile;

class LifeAndDeathTest {
    static List<Architecture> architectures() {
        return Architecture.PRESETS;
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void parentAndChildNeverSeeEachOthersPrivateWrites(Architecture architecture) {
        Lab lab = new Lab(architecture, KernelDesign.LINUX_6_6);
        long page = architecture.pageSize();
        int parent = lab.spawn();
        lab.mapAnonymous(parent, Lab.A, 3 * page);
        lab.write(parent, Lab.A, 1);
        lab.write(parent, Lab.A + page, 1);
        int child = lab.fork(parent);
        lab.write(parent, Lab.A, 2);
        lab.write(child, Lab.A + page, 3);
        lab.write(child, Lab.A + 2 * page, 4);
        assertThat(lab.read(child, Lab.A).value()).isEqualTo(1);
        assertThat(lab.read(parent, Lab.A).value()).isEqualTo(2);
        assertThat(lab.read(parent, Lab.A + page).value()).isEqualTo(1);
        assertThat(lab.read(child, Lab.A + page).value()).isEqualTo(3);
        assertThat(lab.read(parent, Lab.A + 2 * page).value()).isZero();
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void parentAndChildSeeEachOthersSharedWrites(Architecture architecture) {
        Lab lab = new Lab(architecture, KernelDesign.LINUX_6_6);
        long page = architecture.pageSize();
        int parent = lab.spawn();
        lab.createFile("shm", MappedFile.Kind.TMPFS, 1);
        lab.mapFile(parent, Lab.A, page, "shm", MapFlag.MAP_SHARED);
        lab.write(parent, Lab.A, 1);
        int child = lab.fork(parent);
        lab.write(child, Lab.A, 2);
        assertThat(lab.read(parent, Lab.A).value()).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void exitLeavesOnlyThePageCacheBehind(Architecture architecture) {
        Lab lab = new Lab(architecture, KernelDesign.LINUX_6_6);
        long page = architecture.pageSize();
        int parent = lab.spawn();
        lab.createFile("f", MappedFile.Kind.DISK, 20);
        lab.mapFile(parent, Lab.A, 20 * page, "f", MapFlag.MAP_PRIVATE);
        long top = architecture.taskSize() - page;
        lab.mapAnonymous(parent, top, page);
        lab.write(parent, top, 1);
        lab.read(parent, Lab.A);
        lab.write(parent, Lab.A + 17 * page, 1);
        AddressSpace mm = lab.machine().addressSpace(parent);
        int child = lab.fork(parent);
        lab.write(child, top, 2);
        lab.exit(parent);
        lab.exit(child);
        assertThat(lab.machine().frames().inUse()).isEqualTo(lab.machine().file("f").cachedPages());
        assertThat(mm.vmas().size()).isZero();
        assertThat(mm.totalPages()).isZero();
        assertThat(mm.anonPages() + mm.filePages() + mm.shmemPages()).isZero();
        assertThat(mm.pageTable().liveTables()).as("only the root is left").isEqualTo(1);
    }
}
