package io.mmulab.kernel.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.mmulab.device.Lab;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.EventSink;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.hugetlb.Hstate;
import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.proc.PageView;
import io.mmulab.kernel.vma.Vma;

class HugetlbMigrationTest {
    private static final long A = 0x2000_0000_0000L;
    private static final long MB2 = 2L << 20;
    private static final long GB = 1L << 30;
    private static final Set<Prot> READ_WRITE = Set.of(Prot.PROT_READ, Prot.PROT_WRITE);
    private static final int EACCES = -13;
    private static final int NOT_REACHED = -99;

    private Lab lab = new Lab(Architecture.X86_64, KernelVersion.V6_12, KernelDesign.LINUX_6_6);
    private int mm;

    static Stream<Arguments> releases() {
        return Lab.RECORDED.stream().flatMap(architecture -> Stream.of(KernelVersion.V6_1, KernelVersion.V6_12,
                KernelVersion.V7_3).map(version -> Arguments.of(architecture, version)));
    }

    private void start(Architecture architecture, KernelVersion version) {
        lab = new Lab(architecture, version,
                version.equals(KernelVersion.V6_1) ? KernelDesign.LINUX_6_3 : KernelDesign.LINUX_6_6);
        mm = lab.spawn();
    }

    private void pool(long size, long pages) {
        lab.apply(new Operation.SetHugepages((int) (size >> 10), pages));
    }

    private Outcome map(long length, MapFlag... flags) {
        Set<MapFlag> all = new HashSet<>(Set.of(flags));
        all.addAll(Set.of(MapFlag.MAP_ANONYMOUS, MapFlag.MAP_FIXED));
        return lab.apply(new Operation.Mmap(mm, A, length, READ_WRITE, all, null, 0));
    }

    private Outcome move(int of, long address, int node) {
        return lab.apply(new Operation.MovePages(of, address, 1, MB2, node));
    }

    private PageView page(int of, long address) {
        Vma vma = Objects.requireNonNull(lab.machine().addressSpace(of).vmas().lookup(address));
        return lab.machine().pagemap().page(lab.machine().addressSpace(of), vma, address);
    }

    private List<Lab.Row> windows(Outcome outcome) {
        return lab.rows(outcome).stream().filter(
                row -> row.phase() == Phase.RANGE_START && row.subscriber() == EventSink.NO_SUBSCRIBER).toList();
    }

    private void listen(int of) {
        lab.attach("d" + of, "smmuv3-sva", of, new HashMap<>());
    }

    private Hstate pool() {
        return lab.machine().hugetlb().pools().defaultPool();
    }

    @ParameterizedTest
    @MethodSource("releases")
    void aPageOfEachSizeMovesAsAWholeWithItsContentAndRights(Architecture architecture, KernelVersion version) {
        for (int order : architecture.paging().hugetlbOrders()) {
            if (order > 13) {
                continue;
            }
            start(architecture, version);
            long size = architecture.pageSize() << order;
            pool(size, 2);
            MapFlag flag = switch (order) {
                case 4 -> MapFlag.MAP_HUGE_64KB;
                case 9 -> MapFlag.MAP_HUGE_2MB;
                default -> MapFlag.MAP_HUGE_32MB;
            };
            map(size, MapFlag.MAP_PRIVATE, flag);
            lab.write(mm, A, 7);
            lab.write(mm, A + size - Lab.PAGE, 8);
            int before = Pte.frame(page(mm, A).pte());
            listen(mm);
            Outcome moved = move(mm, A, 1);
            assertThat(moved.pageStatus()).containsExactly(1);
            assertThat(windows(moved)).singleElement()
                    .satisfies(window -> assertThat(window.end() - window.start()).isEqualTo(size));
            assertThat(Pte.frame(page(mm, A).pte())).isNotEqualTo(before);
            assertThat(lab.read(mm, A).value()).isEqualTo(7);
            assertThat(lab.read(mm, A + size - Lab.PAGE).value()).isEqualTo(8);
            assertThat(lab.write(mm, A, 9).faultCount()).as("still writable and exclusive").isZero();
            lab.exit(mm);
            assertThat(lab.machine().frames().inUse()).isEqualTo(2 << order);
        }
    }

    @ParameterizedTest
    @MethodSource("releases")
    void aProcessLeavesASharedTableInsteadOfLosingOneEntry(Architecture architecture, KernelVersion version) {
        start(architecture, version);
        pool(MB2, 4);
        map(GB, MapFlag.MAP_SHARED, MapFlag.MAP_HUGETLB, MapFlag.MAP_NORESERVE);
        lab.write(mm, A, 1);
        lab.write(mm, A + MB2, 2);
        int child = lab.fork(mm);
        lab.read(child, A);
        assertThat(page(child, A + MB2).pte()).as("the child has the table").isNotZero();
        listen(mm);
        listen(child);
        Outcome moved = move(mm, A, 1);
        assertThat(moved.pageStatus()).containsExactly(1);
        assertThat(windows(moved)).hasSize(2).allSatisfy(window -> {
            assertThat(window.start()).isEqualTo(A);
            assertThat(window.end()).isEqualTo(A + GB);
        });
        long left = Stream.of(mm, child).filter(process -> page(process, A + MB2).pte() == Pte.NONE).count();
        assertThat(left).as("one has left the table, the other keeps it").isEqualTo(1);
        assertThat(lab.read(mm, A).value()).isEqualTo(1);
        assertThat(lab.read(child, A + MB2).value()).isEqualTo(2);
        assertThat(page(mm, A).pte()).isEqualTo(page(child, A).pte());
    }

    @Test
    void mbindLeavesAPageInASharedTableAlone() {
        start(Architecture.X86_64, KernelVersion.V6_12);
        pool(MB2, 4);
        map(2 * GB, MapFlag.MAP_SHARED, MapFlag.MAP_HUGETLB, MapFlag.MAP_NORESERVE);
        lab.write(mm, A, 1);
        int child = lab.fork(mm);
        lab.read(child, A);
        listen(mm);
        Outcome bound = lab.apply(new Operation.Mbind(mm, A, 2 * GB, 1));
        assertThat(windows(bound)).isEmpty();
        assertThat(move(mm, A, 0).pageStatus()).as("it is still there").containsExactly(0);
    }

    @ParameterizedTest
    @MethodSource("releases")
    void aPageThatADeviceHoldsIsTriedTenTimesAndStays(Architecture architecture, KernelVersion version) {
        start(architecture, version);
        pool(MB2, 4);
        map(MB2, MapFlag.MAP_PRIVATE, MapFlag.MAP_HUGETLB);
        lab.write(mm, A, 1);
        lab.apply(new Operation.RegisterBuffer(mm, A, Lab.PAGE));
        listen(mm);
        long before = page(mm, A).pte();
        Outcome moved = move(mm, A, 1);
        assertThat(windows(moved)).hasSize(10);
        assertThat(moved.result()).isEqualTo(1);
        assertThat(moved.pageStatus()).containsExactly(NOT_REACHED);
        assertThat(page(mm, A).pte()).isEqualTo(before);
        assertThat(pool().free()).isEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("releases")
    void aPageWithoutRightsIsFlushedOnlyWhereTheHelperAlwaysDoes(Architecture architecture, KernelVersion version) {
        start(architecture, version);
        pool(MB2, 4);
        map(MB2, MapFlag.MAP_PRIVATE, MapFlag.MAP_HUGETLB);
        lab.write(mm, A, 1);
        lab.mprotect(mm, A, MB2);
        Outcome moved = move(mm, A, 1);
        assertThat(moved.pageStatus()).containsExactly(1);
        boolean always = architecture.contiguousBit() && version.equals(KernelVersion.V7_3);
        assertThat(lab.calls(moved, Phase.TLB_FLUSH)).isEqualTo(always ? 1 : 0);
        lab.mprotect(mm, A, MB2, Prot.PROT_READ, Prot.PROT_WRITE);
        assertThat(lab.read(mm, A).value()).isEqualTo(1);
    }

    @Test
    void aPageOfTwoProcessesStays() {
        start(Architecture.ARM64, KernelVersion.V6_12);
        pool(MB2, 4);
        map(MB2, MapFlag.MAP_PRIVATE, MapFlag.MAP_HUGETLB);
        lab.write(mm, A, 1);
        int child = lab.fork(mm);
        assertThat(move(mm, A, 1).pageStatus()).containsExactly(EACCES);
        lab.write(child, A, 2);
        assertThat(move(mm, A, 1).pageStatus()).containsExactly(1);
        assertThat(move(child, A, 1).pageStatus()).containsExactly(1);
        lab.exit(mm);
        assertThat(lab.read(child, A).value()).isEqualTo(2);
    }

    @Test
    void withoutAFreePageAFreshOneTakesTheOldOnesPlaceInThePool() {
        start(Architecture.X86_64, KernelVersion.V7_3);
        pool(MB2, 1);
        map(MB2, MapFlag.MAP_PRIVATE, MapFlag.MAP_HUGETLB);
        lab.write(mm, A, 1);
        assertThat(move(mm, A, 1).pageStatus()).containsExactly(1);
        assertThat(pool().total()).isEqualTo(1);
        assertThat(pool().surplus()).isZero();
        lab.munmap(mm, A, MB2);
        assertThat(pool().free()).isEqualTo(1);
        assertThat(lab.machine().frames().inUse()).isEqualTo(512);
    }

    @Test
    void aBoundMappingTakesPagesOfItsNodeOnly() {
        start(Architecture.X86_64, KernelVersion.V6_12);
        pool(MB2, 2);
        map(2 * MB2, MapFlag.MAP_PRIVATE, MapFlag.MAP_HUGETLB);
        lab.apply(new Operation.Mbind(mm, A, 2 * MB2, 1));
        assertThat(lab.write(mm, A, 1).signal()).isNull();
        assertThat(windows(move(mm, A, 1))).as("it is there already").isEmpty();
        assertThat(Objects.requireNonNull(lab.write(mm, A + MB2, 1).signal()).name()).isEqualTo("SIGBUS");
    }

    @Test
    void before612AnAddressInsideAPageIsRefused() {
        for (KernelVersion version : List.of(KernelVersion.V6_1, KernelVersion.V6_12)) {
            start(Architecture.X86_64, version);
            pool(MB2, 4);
            map(MB2, MapFlag.MAP_PRIVATE, MapFlag.MAP_HUGETLB);
            lab.write(mm, A, 1);
            assertThat(move(mm, A + Lab.PAGE, 1).pageStatus())
                    .containsExactly(version.equals(KernelVersion.V6_1) ? EACCES : 1);
        }
    }
}
