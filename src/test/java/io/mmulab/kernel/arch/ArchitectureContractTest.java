package io.mmulab.kernel.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.mmulab.device.Lab;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.fault.FaultPath;
import io.mmulab.kernel.machine.AccessKind;
import io.mmulab.kernel.machine.Advice;
import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.NoSuchObjectException;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.kernel.machine.RemapFlag;
import io.mmulab.kernel.vma.MappedFile;

/**
 * What every architecture must do, whatever its tables say: processes see the right memory and nothing else. After each
 * operation the machine is audited, its TLBs included ({@link Lab#apply}).
 */
@ParameterizedClass(name = "{0}")
@MethodSource("presets")
class ArchitectureContractTest {
    private static final long A = Lab.A;

    private final Architecture architecture;
    private final long page;
    private final Lab lab;

    static List<Named<Architecture>> presets() {
        return Architecture.PRESETS.stream().map(preset -> Named.of(preset.name(), preset)).toList();
    }

    ArchitectureContractTest(Architecture architecture) {
        this.architecture = architecture;
        this.page = architecture.pageSize();
        this.lab = new Lab(architecture, KernelVersion.V6_12, KernelDesign.LINUX_6_6);
    }

    private Outcome access(int mm, int cpu, long address, AccessKind kind, int value) {
        return lab.apply(new Operation.Access(mm, cpu, address, kind, value));
    }

    private Outcome write(int mm, int cpu, long address, int value) {
        Outcome outcome = access(mm, cpu, address, AccessKind.WRITE, value);
        assertThat(outcome.signal()).isNull();
        return outcome;
    }

    private int read(int mm, int cpu, long address) {
        Outcome outcome = access(mm, cpu, address, AccessKind.READ, 0);
        assertThat(outcome.signal()).isNull();
        return Objects.requireNonNull(outcome.value());
    }

    @Test
    void itsTablesCoverItsAddresses() {
        Paging paging = architecture.paging();
        assertThat(paging.levels()).isBetween(3, 5);
        assertThat(1L << paging.levelShift(paging.levels())).isGreaterThanOrEqualTo(architecture.taskSize());
        for (int order : paging.hugetlbOrders()) {
            long size = page << order;
            long entry = 1L << paging.levelShift(paging.levelOfSize(size));
            assertThat(size == entry || architecture.contiguousBit()).as("huge pages of order %d", order).isTrue();
        }
    }

    @Test
    void everyFigureOfItsCostsSaysWhereItIsFrom() {
        for (var component : Costs.class.getRecordComponents()) {
            if (component.getType() == long.class) {
                assertThat(architecture.costs().sources()).containsKey(component.getName());
            }
        }
    }

    @Test
    void pagesComeByFaultsAndKeepWhatWasWritten() {
        int mm = lab.spawn();
        lab.mapAnonymous(mm, A, 4 * page);
        assertThat(read(mm, 0, A)).isZero();
        write(mm, 0, A, 1);
        write(mm, 1, A + page, 2);
        assertThat(read(mm, 1, A)).isEqualTo(1);
        assertThat(read(mm, 0, A + page)).isEqualTo(2);
        assertThat(read(mm, 0, A + 3 * page)).isZero();
    }

    /** T1: another CPU has cached the read-only entry when this one makes it writable. */
    @Test
    void anUpgradeReachesACpuThatCachedTheReadOnlyEntry() {
        int mm = lab.spawn();
        lab.mapAnonymous(mm, A, page);
        write(mm, 0, A, 1);
        int child = lab.fork(mm);
        assertThat(read(mm, 0, A)).isEqualTo(1);
        assertThat(read(mm, 1, A)).isEqualTo(1);
        lab.exit(child);
        Outcome upgrade = write(mm, 0, A, 2);
        assertThat(upgrade.faults()).first().extracting(Outcome.Fault::path).isEqualTo(FaultPath.WP_REUSE);
        Outcome other = write(mm, 1, A, 3);
        assertThat(other.faultCount()).as("spurious faults of the other CPU").isLessThanOrEqualTo(1);
        assertThat(read(mm, 0, A)).isEqualTo(3);
    }

    @Test
    void copyOnWriteSeparatesParentAndChildOnEveryCpu() {
        int parent = lab.spawn();
        lab.mapAnonymous(parent, A, 2 * page);
        write(parent, 0, A, 1);
        write(parent, 0, A + page, 1);
        assertThat(read(parent, 1, A)).isEqualTo(1);
        int child = lab.fork(parent);
        assertThat(read(child, 1, A)).isEqualTo(1);
        write(parent, 1, A, 2);
        write(child, 0, A + page, 3);
        assertThat(read(child, 1, A)).isEqualTo(1);
        assertThat(read(parent, 0, A)).isEqualTo(2);
        assertThat(read(parent, 0, A + page)).isEqualTo(1);
    }

    @Test
    void munmapTakesThePageFromEveryCpu() {
        int mm = lab.spawn();
        lab.mapAnonymous(mm, A, 3 * page);
        for (int cpu = 0; cpu < 2; cpu++) {
            write(mm, cpu, A, 1);
            write(mm, cpu, A + 2 * page, 1);
        }
        lab.munmap(mm, A, page);
        for (int cpu = 0; cpu < 2; cpu++) {
            assertThat(access(mm, cpu, A, AccessKind.READ, 0).signal()).isNotNull();
            assertThat(read(mm, cpu, A + 2 * page)).isEqualTo(1);
        }
    }

    @Test
    void mprotectTakesTheRightFromEveryCpuAndGivesItBack() {
        int mm = lab.spawn();
        lab.mapAnonymous(mm, A, page);
        write(mm, 0, A, 1);
        write(mm, 1, A, 2);
        lab.mprotect(mm, A, page, Prot.PROT_READ);
        for (int cpu = 0; cpu < 2; cpu++) {
            assertThat(access(mm, cpu, A, AccessKind.WRITE, 3).signal()).isNotNull();
            assertThat(read(mm, cpu, A)).isEqualTo(2);
        }
        lab.mprotect(mm, A, page, Prot.PROT_READ, Prot.PROT_WRITE);
        write(mm, 1, A, 4);
        write(mm, 0, A, 5);
        assertThat(read(mm, 1, A)).isEqualTo(5);
    }

    @Test
    void aCleanPageOfASharedFileIsWrittenOnEveryCpu() {
        int mm = lab.spawn();
        lab.createFile("shm", MappedFile.Kind.TMPFS, 2);
        lab.mapFile(mm, A, 2 * page, "shm", MapFlag.MAP_SHARED);
        assertThat(read(mm, 1, A)).isEqualTo(read(mm, 0, A));
        write(mm, 0, A, 1);
        write(mm, 1, A, 2);
        assertThat(read(mm, 0, A)).isEqualTo(2);
    }

    @Test
    void moreThanTheFlushLimitIsStillFlushed() {
        int mm = lab.spawn();
        long pages = 600;
        lab.mapAnonymous(mm, A, pages * page);
        for (long i = 0; i < pages; i += 50) {
            write(mm, 1, A + i * page, 1);
        }
        lab.mprotect(mm, A, pages * page, Prot.PROT_READ);
        for (long i = 0; i < pages; i += 50) {
            assertThat(access(mm, 1, A + i * page, AccessKind.WRITE, 2).signal()).isNotNull();
        }
        lab.dontneed(mm, A, pages * page);
        assertThat(read(mm, 1, A)).isZero();
    }

    @Test
    void mremapLeavesNothingBehind() {
        int mm = lab.spawn();
        lab.mapAnonymous(mm, A, 2 * page);
        write(mm, 0, A, 1);
        write(mm, 1, A, 2);
        long moved = lab.apply(new Operation.Mremap(mm, A, 2 * page, 8 * page,
                Set.of(RemapFlag.MREMAP_MAYMOVE, RemapFlag.MREMAP_FIXED), 2 * A)).result();
        assertThat(moved).isEqualTo(2 * A);
        assertThat(read(mm, 1, moved)).isEqualTo(2);
        assertThat(access(mm, 0, A, AccessKind.READ, 0).signal()).isNotNull();
    }

    @Test
    void pagesGoToSwapAndComeBack() {
        lab.apply(new Operation.Swap(true));
        int mm = lab.spawn();
        lab.mapAnonymous(mm, A, 4 * page);
        for (int i = 0; i < 4; i++) {
            write(mm, i % 2, A + i * page, i + 1);
        }
        lab.apply(new Operation.Madvise(mm, A, 4 * page, Advice.MADV_PAGEOUT));
        assertThat(lab.machine().addressSpace(mm).anonPages()).isZero();
        for (int i = 0; i < 4; i++) {
            assertThat(read(mm, 1, A + i * page)).isEqualTo(i + 1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTransparentHugePageIsUsedSharedSplitAndFreed(boolean upgrades) {
        long huge = page << architecture.paging().pmdOrder();
        long start = Math.max(huge, A);
        lab.apply(new Operation.SetThp("enabled", "always"));
        int mm = lab.spawn();
        lab.mapAnonymous(mm, start, huge);
        write(mm, 0, start, 1);
        if (!KernelVersion.V6_12.isIn(architecture.paging().transparentHugePages())) {
            assertThat(lab.machine().addressSpace(mm).anonPages()).isEqualTo(1);
            return;
        }
        assertThat(lab.machine().addressSpace(mm).anonPages()).isEqualTo(huge / page);
        write(mm, 1, start + huge - page, 2);
        int child = lab.fork(mm);
        assertThat(read(child, 1, start)).isEqualTo(1);
        assertThat(read(mm, 1, start)).isEqualTo(1);
        if (upgrades) {
            lab.exit(child);
            write(mm, 0, start, 3);
            write(mm, 1, start, 4);
            assertThat(read(mm, 0, start)).isEqualTo(4);
        } else {
            write(mm, 0, start, 3);
            assertThat(read(child, 1, start)).isEqualTo(1);
        }
        lab.munmap(mm, start + page, page);
        assertThat(read(mm, 1, start + huge - page)).isEqualTo(2);
        assertThat(access(mm, 1, start + page, AccessKind.READ, 0).signal()).isNotNull();
        lab.munmap(mm, start, huge);
    }

    @Test
    void theFilesOfTransparentHugePagesAreThereWhereTheseAre() {
        boolean there = KernelVersion.V6_12.isIn(architecture.paging().transparentHugePages());
        assertThat(lab.apply(new Operation.SetThp("enabled", "always")).error()).isEqualTo(there ? null : "ENOENT");
    }

    @Test
    void hugetlbPagesAreFaultedUpgradedCopiedAndFreed() {
        List<Integer> orders = architecture.paging().hugetlbOrders();
        int order = architecture.paging().pmdOrder();
        long huge = page << order;
        long start = Math.max(huge, A);
        var four = new Operation.SetHugepages((int) (huge >> 10), 4);
        if (!orders.contains(order)) {
            assertThatThrownBy(() -> lab.apply(four)).isInstanceOf(NoSuchObjectException.class);
            return;
        }
        lab.apply(four);
        int mm = lab.spawn();
        lab.apply(new Operation.Mmap(mm, start, huge, Set.of(Prot.PROT_READ, Prot.PROT_WRITE),
                Set.of(MapFlag.MAP_PRIVATE, MapFlag.MAP_ANONYMOUS, MapFlag.MAP_FIXED, MapFlag.MAP_HUGETLB), null, 0));
        write(mm, 0, start, 1);
        assertThat(read(mm, 1, start + huge - page)).isZero();
        int child = lab.fork(mm);
        assertThat(read(child, 1, start)).isEqualTo(1);
        write(mm, 1, start, 2);
        assertThat(read(child, 0, start)).isEqualTo(1);
        lab.exit(child);
        write(mm, 0, start + page, 3);
        lab.munmap(mm, start, huge);
        assertThat(access(mm, 1, start, AccessKind.READ, 0).signal()).isNotNull();
    }

    /** With few tags: CPUs forget what they must, nothing is lost, and no secondary MMU is told. */
    @Test
    void tagsOfTlbEntriesCanBeUsedUp() {
        Flushes few = architecture.flushes();
        Asids asids = new Asids(few.asids().scheme(), 3, few.asids().sources());
        Lab crowded = new Lab(withAsids(asids), KernelVersion.V6_12, KernelDesign.LINUX_6_6);
        int first = crowded.spawn();
        crowded.mapAnonymous(first, A, page);
        crowded.write(first, A, 1);
        crowded.attach("dev", "smmuv3-sva", first, Map.of());
        crowded.deviceRead("dev", A);
        long told = 0;
        for (int i = 0; i < 6; i++) {
            int mm = crowded.spawn();
            long elsewhere = A + (i + 1) * page;
            crowded.mapAnonymous(mm, elsewhere, page);
            told += crowded.secondaryTlbInvalidations(crowded.write(mm, elsewhere, 10 + i));
        }
        assertThat(told).isZero();
        boolean forgot = crowded.machine().cpuTlb(0).lookup(first, A) == 0;
        assertThat(forgot).isEqualTo(few.asids().scheme() != AsidScheme.ENOUGH);
        assertThat(crowded.read(first, A).value()).isEqualTo(1);
        assertThat(crowded.deviceRead("dev", A).value()).isEqualTo(1);
    }

    private Architecture withAsids(Asids asids) {
        Flushes f = architecture.flushes();
        Flushes changed = new Flushes(f.scheme(), f.time(), f.permissionFaultEvicts(), f.fullFlushPages(),
                f.rangeInstruction(), f.byEntry(), f.changedEntriesOnly(), f.acrossVmas(), f.fullmm(),
                f.freedTablesFlushAll(), f.invalidatedAtOnce(), f.agedEntries(), asids, f.sources());
        return new Architecture(architecture.name(), architecture.summary(), architecture.instructionSet(),
                architecture.paging(), architecture.entries(), changed, architecture.upgrades(),
                architecture.unmapBatching(), architecture.secondaryTlbs(), architecture.costs());
    }
}
