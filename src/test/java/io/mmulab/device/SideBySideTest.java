package io.mmulab.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.ViolationKind;
import io.mmulab.kernel.fault.FaultPath;
import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.kernel.secondary.AccessStatus;
import io.mmulab.kernel.vma.MappedFile;

/**
 * The table of the flagship scenarios: a device has read a page and caches it read-only, a fault of the CPU makes the page
 * writable, the device writes. A row is a device and a way in which the page becomes writable; a column is a design.
 */
class SideBySideTest {
    private static final long HUGE = 2 << 20;
    private static final long HUGE_ADDRESS = 512 * HUGE;
    private static final String DEVICE = "dev";

    /** The columns: the designs in the order of the thread, and what was asked in it. */
    private static final List<KernelDesign> DESIGNS = List.of(KernelDesign.LINUX_6_3, KernelDesign.PATCH_V1,
            KernelDesign.SET_ACCESS_FLAGS_NOTIFY, KernelDesign.LINUX_6_6, KernelDesign.PAGE_RESPONSE_INVALIDATES);

    /** How the page becomes writable. */
    enum Upgrade {
        /** A clean page of a shared mapping: the tail of handle_pte_fault makes it dirty. */
        FAULT_TAIL(Lab.A, FaultPath.SET_ACCESS_FLAGS),
        /** The only user left of a page that was shared copy-on-write. */
        REUSE(Lab.A, FaultPath.WP_REUSE),
        /** A page that is still shared: the writer gets a copy. */
        COPY(Lab.A, FaultPath.WP_COPY),
        /** As REUSE, a huge page of hugetlbfs. */
        HUGETLB_REUSE(HUGE_ADDRESS, FaultPath.HUGETLB_WP_REUSE),
        /** As REUSE, a transparent huge page. */
        THP_REUSE(HUGE_ADDRESS, FaultPath.HUGE_WP),
        /** As THP_REUSE; the device has read, and writes, another base page than the CPU wrote. */
        THP_REUSE_ELSEWHERE(HUGE_ADDRESS, FaultPath.HUGE_WP);

        private final long address;
        private final FaultPath path;

        Upgrade(long address, FaultPath path) {
            this.address = address;
            this.path = path;
        }

        long deviceAddress() {
            return this == THP_REUSE_ELSEWHERE ? address + 100 * Lab.PAGE : address;
        }
    }

    /** Whether the device's write goes through. */
    enum Fate {
        OK, STUCK
    }

    /**
     * A row.
     *
     * @param fates one for each design, in the order of the thread
     */
    record Row(Architecture architecture, String model, Map<String, String> options, Upgrade upgrade,
            List<Fate> fates) {}

    /** One cell. */
    record Cell(Row row, int column) {
        KernelDesign design() {
            return DESIGNS.get(column);
        }

        @Override
        public String toString() {
            return "%s %s%s %s under %s: %s".formatted(row.architecture.name(), row.model, row.options, row.upgrade,
                    design().name(), row.fates.get(column));
        }
    }

    private static Row arm(Upgrade upgrade, Map<String, String> options, Fate... fates) {
        return new Row(Architecture.ARM64, "smmuv3-sva", options, upgrade, List.of(fates));
    }

    private static Row power9(Upgrade upgrade, Map<String, String> options, Fate... fates) {
        return new Row(Architecture.POWERPC_RADIX_POWER9, "ocxl", options, upgrade, List.of(fates));
    }

    private static Row x86(String model, Map<String, String> options, Upgrade upgrade, Fate fate) {
        return new Row(Architecture.X86_64, model, options, upgrade, List.of(fate, fate, fate, fate, fate));
    }

    /** kernel-facts 2.5, from the four variants of 2.1 to 2.4; and what follows from them for the other choices. */
    static Stream<Row> rows() {
        Fate ok = Fate.OK;
        Fate stuck = Fate.STUCK;
        Map<String, String> none = Map.of();
        Map<String, String> splinters = Map.of("hugeEntries", "splinters");
        Map<String, String> btm = Map.of("btm", "true");
        Map<String, String> btmAts = Map.of("btm", "true", "ats", "true");
        Map<String, String> ats = Map.of("ats", "true");
        return Stream.of(
                arm(Upgrade.FAULT_TAIL, none, stuck, ok, ok, ok, ok),
                arm(Upgrade.REUSE, none, stuck, stuck, ok, ok, ok),
                arm(Upgrade.COPY, none, ok, ok, ok, ok, ok),
                arm(Upgrade.HUGETLB_REUSE, none, stuck, ok, ok, ok, ok),
                arm(Upgrade.THP_REUSE, none, stuck, stuck, ok, ok, ok),
                arm(Upgrade.THP_REUSE_ELSEWHERE, none, stuck, stuck, ok, ok, ok),
                // arm64 tells one base page: 24 May 2023, arch/arm64/mm/hugetlbpage.c and pmdp_set_access_flags
                arm(Upgrade.THP_REUSE, splinters, stuck, stuck, ok, ok, ok),
                arm(Upgrade.THP_REUSE_ELSEWHERE, splinters, stuck, stuck, stuck, stuck, ok),
                // broadcasts reach the SMMU under every design
                arm(Upgrade.FAULT_TAIL, btm, ok, ok, ok, ok, ok), arm(Upgrade.REUSE, btm, ok, ok, ok, ok, ok),
                arm(Upgrade.COPY, btm, ok, ok, ok, ok, ok), arm(Upgrade.HUGETLB_REUSE, btm, ok, ok, ok, ok, ok),
                arm(Upgrade.THP_REUSE, btm, ok, ok, ok, ok, ok),
                arm(Upgrade.THP_REUSE_ELSEWHERE, btm, ok, ok, ok, ok, ok),
                // and never the device's own TLB (Kevin Tian, Alistair Popple, 19 July 2023)
                arm(Upgrade.FAULT_TAIL, btmAts, stuck, ok, ok, ok, ok),
                arm(Upgrade.REUSE, btmAts, stuck, stuck, ok, ok, ok),
                arm(Upgrade.COPY, btmAts, ok, ok, ok, ok, ok),
                arm(Upgrade.FAULT_TAIL, ats, stuck, ok, ok, ok, ok), arm(Upgrade.REUSE, ats, stuck, stuck, ok, ok, ok),
                // PRI changes nothing: the answer invalidates nothing either, unless the driver is made to (27 May 2023)
                arm(Upgrade.REUSE, Map.of("ats", "true", "fault", "pri"), stuck, stuck, ok, ok, ok),
                arm(Upgrade.REUSE, Map.of("fault", "device"), stuck, stuck, ok, ok, stuck),
                arm(Upgrade.REUSE, Map.of("fault", "none"), stuck, stuck, ok, ok, stuck),
                arm(Upgrade.REUSE, Map.of("invalidateBeforeAnswer", "true"), ok, ok, ok, ok, ok),
                arm(Upgrade.REUSE, Map.of("invalidateBeforeAnswer", "true", "ats", "true", "fault", "pri"), ok, ok, ok,
                        ok, ok),
                arm(Upgrade.REUSE, Map.of("invalidateBeforeAnswer", "true", "fault", "device"), stuck, stuck, ok, ok,
                        stuck),
                // POWER9 breaks the entry before it makes it writable, and the nest MMU hears the broadcast (31 May 2023)
                power9(Upgrade.REUSE, none, ok, ok, ok, ok, ok),
                power9(Upgrade.HUGETLB_REUSE, none, ok, ok, ok, ok, ok),
                // x86 tells nobody of an upgrade; the answer to the page request gets rid of the entry
                x86("vtd-sva", none, Upgrade.REUSE, ok), x86("vtd-sva", none, Upgrade.HUGETLB_REUSE, ok),
                x86("vtd-sva", none, Upgrade.THP_REUSE, ok), x86("vtd-sva", none, Upgrade.COPY, ok),
                x86("amd-sva", none, Upgrade.REUSE, ok), x86("amd-sva", none, Upgrade.THP_REUSE_ELSEWHERE, ok),
                // without it (Robin Murphy, 30 May 2023)
                x86("vtd-sva", Map.of("fault", "device"), Upgrade.REUSE, stuck),
                x86("vtd-sva", Map.of("fault", "device", "ats", "false"), Upgrade.REUSE, stuck),
                x86("vtd-sva", Map.of("fault", "device"), Upgrade.COPY, ok),
                x86("amd-sva", Map.of("fault", "device"), Upgrade.REUSE, ok));
    }

    static Stream<Cell> cells() {
        return rows().flatMap(row -> IntStream.range(0, DESIGNS.size()).mapToObj(i -> new Cell(row, i)));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void theDevicesWrite(Cell cell) {
        Row row = cell.row;
        Lab lab = new Lab(row.architecture, cell.design());
        int mm = arrange(lab, row.upgrade);
        lab.attach(DEVICE, row.model, mm, row.options);
        assertThat(lab.deviceRead(DEVICE, row.upgrade.deviceAddress()).deviceStatus()).isEqualTo(AccessStatus.OK);
        if (row.upgrade != Upgrade.FAULT_TAIL && row.upgrade != Upgrade.COPY) {
            lab.exit(mm + 1);
        }
        assertThat(lab.write(mm, row.upgrade.address, 7).faults()).last().extracting(Outcome.Fault::path)
                .isEqualTo(row.upgrade.path);

        Outcome write = lab.deviceWrite(DEVICE, row.upgrade.deviceAddress(), 9);

        boolean isStuck = row.fates.get(cell.column) == Fate.STUCK;
        assertThat(write.deviceStatus()).isEqualTo(isStuck ? AccessStatus.STUCK : AccessStatus.OK);
        assertThat(lab.violations(ViolationKind.LOST_UPGRADE)).isEqualTo(isStuck ? 1 : 0);
        assertThat(counter(lab, "stuck")).isEqualTo(isStuck ? 1 : 0);
        assertThat(lab.read(mm, row.upgrade.deviceAddress()).value())
                .isEqualTo(!isStuck ? 9 : row.upgrade == Upgrade.THP_REUSE_ELSEWHERE ? 0 : 7);
        assertThat(lab.violations(ViolationKind.MISSED_NOTIFY)).isZero();
        assertThat(lab.violations(ViolationKind.STALE_FRAME)).isZero();
    }

    private static long counter(Lab lab, String name) {
        return Objects.requireNonNull(lab.machine().device(DEVICE).counters().get(name));
    }

    /** The page, read-only to the hardware; all but FAULT_TAIL leave a child behind. */
    private static int arrange(Lab lab, Upgrade upgrade) {
        int mm = lab.spawn();
        switch (upgrade) {
            case FAULT_TAIL -> {
                lab.createFile("shm", MappedFile.Kind.TMPFS, 4);
                lab.mapFile(mm, Lab.A, Lab.PAGE, "shm", MapFlag.MAP_SHARED);
                lab.read(mm, Lab.A);
                return mm;
            }
            case REUSE, COPY -> lab.mapAnonymous(mm, upgrade.address, Lab.PAGE);
            case HUGETLB_REUSE -> {
                lab.apply(new Operation.SetHugepages(2048, 4));
                lab.apply(new Operation.Mmap(mm, upgrade.address, HUGE, Set.of(Prot.PROT_READ, Prot.PROT_WRITE),
                        new HashSet<>(Set.of(MapFlag.MAP_PRIVATE, MapFlag.MAP_ANONYMOUS, MapFlag.MAP_FIXED,
                                MapFlag.MAP_HUGETLB)),
                        null, 0));
            }
            case THP_REUSE, THP_REUSE_ELSEWHERE -> {
                lab.apply(new Operation.SetThp("enabled", "always"));
                lab.mapAnonymous(mm, upgrade.address, HUGE);
            }
        }
        lab.write(mm, upgrade.address, 1);
        assertThat(lab.fork(mm)).isEqualTo(mm + 1);
        return mm;
    }

    /** An untouched range is unmapped: V63 to VNOTIFY tell the SMMU of all of it, V66 tells nobody. */
    @ParameterizedTest
    @MethodSource("designs")
    void munmapOfAnUntouchedGigabyte(KernelDesign design) {
        Lab lab = new Lab(Architecture.ARM64, design);
        int mm = lab.spawn();
        lab.mapAnonymous(mm, HUGE_ADDRESS, 1 << 30);
        lab.attach(DEVICE, "smmuv3-sva", mm, Map.of("ats", "true"));
        Outcome munmap = lab.munmap(mm, HUGE_ADDRESS, 1 << 30);
        int told = design.equals(KernelDesign.LINUX_6_6) ? 0 : 1;
        assertThat(lab.calls(munmap, Phase.RANGE_START)).isEqualTo(1);
        assertThat(counter(lab, "tlbiByAsid")).isEqualTo(told);
        assertThat(counter(lab, "atcAll")).isZero();
        assertThat(counter(lab, "atcByAddress")).isEqualTo(told);
        assertThat(counter(lab, "syncs")).isEqualTo(2L * told);
    }

    static List<KernelDesign> designs() {
        return DESIGNS;
    }
}
