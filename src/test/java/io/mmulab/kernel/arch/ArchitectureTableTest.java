package io.mmulab.kernel.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.mmulab.device.Lab;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.NotifySite;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.ViolationKind;
import io.mmulab.kernel.machine.AccessKind;
import io.mmulab.kernel.machine.Advice;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.Prot;

/** What each architecture does, seen from outside: the table of section 7 of the description, run. */
class ArchitectureTableTest {
    private static final long A = Lab.A;

    private static Architecture named(String name) {
        return Architecture.PRESETS.stream().filter(preset -> preset.name().equals(name)).findFirst().orElseThrow();
    }

    /** Page size in KiB, levels, huge page in MiB. */
    @ParameterizedTest
    @CsvSource({"x86-64, 4, 4, 2", "arm64, 4, 4, 2", "arm64-16k, 16, 4, 32", "arm64-64k, 64, 3, 512", "arm, 4, 3, 2",
        "riscv, 4, 4, 2", "powerpc-radix, 4, 4, 2", "powerpc-hash, 64, 4, 16", "s390, 4, 4, 1", "sparc64, 8, 4, 8",
        "sparc32, 4, 3, 0.25", "ia64, 16, 3, 32", "mips, 4, 4, 2", "loongarch, 16, 3, 32"})
    void pagesAndHugePages(String name, int kilobytes, int levels, double hugeMegabytes) {
        Architecture architecture = named(name);
        assertThat(architecture.pageSize()).isEqualTo(kilobytes * 1024L);
        assertThat(architecture.levels()).isEqualTo(levels);
        assertThat((double) (architecture.pageSize() << architecture.paging().pmdOrder()) / (1 << 20))
                .isEqualTo(hugeMegabytes);
    }

    /**
     * CPU 0 upgrades a page that CPU 1 has cached read-only, and CPU 1 writes then.
     *
     * @param flushes flushes of the upgrade itself
     * @param spurious faults of CPU 1, which finds the entry as it should be
     */
    @ParameterizedTest
    @CsvSource({"x86-64, 6.12, 0, 0", "arm64, 6.12, 1, 0", "arm64, 7.3, 1, 1", "arm64-16k, 6.12, 1, 0",
        "arm64-64k, 6.12, 1, 0", "arm64-hafdbs, 6.12, 1, 0", "arm, 6.12, 1, 0", "riscv, 6.12, 1, 1",
        "riscv-svvptc, 6.12, 1, 0", "powerpc-radix, 6.12, 0, 0", "powerpc-radix-power9, 6.12, 0, 0",
        "powerpc-hash, 6.12, 1, 0", "s390, 6.12, 1, 0", "sparc64, 6.12, 1, 0", "sparc32, 6.12, 1, 0",
        "ia64, 6.12, 1, 0",
        "mips, 6.12, 1, 0", "loongarch, 6.12, 1, 0"})
    void upgrade(String name, String version, int flushes, int spurious) {
        Lab lab = lab(named(name), version);
        int mm = pageOfDeadChild(lab);
        Outcome write = lab.write(mm, A, 2);
        assertThat(lab.calls(write, Phase.TLB_FLUSH)).isEqualTo(flushes);
        Outcome other = lab.apply(new Operation.Access(mm, 1, A, AccessKind.WRITE, 3));
        assertThat(other.faultCount()).isEqualTo(spurious);
    }

    /** What the hook hears of 64 pages that mprotect write-protects, under linux-6.6: a number of pages, or all. */
    @ParameterizedTest
    @CsvSource({"x86-64, 6.12, all", "x86-64, 7.3, 64", "arm64, 6.12, 64", "arm64-64k, 6.12, 64", "riscv, 6.6, none",
        "riscv, 6.12, 64", "powerpc-radix, 6.12, 64", "powerpc-hash, 6.12, none", "arm, 6.12, none", "s390, 6.12, none",
        "sparc64, 6.12, none", "sparc32, 6.12, none", "ia64, 6.12, none", "mips, 6.12, none", "loongarch, 6.12, none"})
    void theHookHearsOfARange(String name, String version, String told) {
        Architecture architecture = named(name);
        Lab lab = lab(architecture, version);
        int mm = lab.spawn();
        long length = 64 * architecture.pageSize();
        lab.mapAnonymous(mm, A, length);
        for (long at = A; at < A + length; at += architecture.pageSize()) {
            lab.write(mm, at, 1);
        }
        lab.attach("dev", "smmuv3-sva", mm, Map.of());
        Outcome outcome = lab.applyUntold(new Operation.Mprotect(mm, A, length, Set.of(Prot.PROT_READ)));
        assertThat(heard(lab, outcome, architecture)).isEqualTo(told);
    }

    /** What the hook hears of one page that reclaim unmaps. */
    @ParameterizedTest
    @CsvSource({"x86-64, all", "arm64, 1", "riscv, 1", "powerpc-radix, none", "s390, none", "arm, none"})
    void theHookHearsOfABatchedUnmap(String name, String told) {
        Architecture architecture = named(name);
        Lab lab = lab(architecture, "6.12");
        lab.apply(new Operation.Swap(true));
        int mm = lab.spawn();
        lab.mapAnonymous(mm, A, architecture.pageSize());
        lab.write(mm, A, 1);
        lab.attach("dev", "smmuv3-sva", mm, Map.of());
        Outcome outcome =
                lab.applyUntold(new Operation.Madvise(mm, A, architecture.pageSize(), Advice.MADV_PAGEOUT));
        assertThat(heard(lab, outcome, architecture)).as("%s", lab.rows(outcome)).isEqualTo(told);
    }

    /** POWER9: with a coprocessor, the entry is broken before it is made; the nest MMU never meets both. */
    @Test
    void power9BreaksAnEntryThatACoprocessorUses() {
        Lab lab = lab(Architecture.POWERPC_RADIX_POWER9, "6.12");
        int mm = pageOfDeadChild(lab);
        lab.machine().addressSpace(mm).addCopro();
        assertThat(lab.calls(lab.write(mm, A, 2), Phase.TLB_FLUSH)).isEqualTo(1);
        lab.machine().addressSpace(mm).removeCopro();
        assertThat(lab.machine().addressSpace(mm).copros()).isZero();
    }

    /** V66a: 6.6 to 6.14 told arm64's devices an empty range. */
    @Test
    void theFirstReleasesOfTheHookToldAnEmptyRangeOnArm64() {
        Lab lab = new Lab(Architecture.ARM64, KernelDesign.LINUX_6_6_EMPTY_RANGE);
        int mm = lab.spawn();
        lab.mapAnonymous(mm, A, 4 * Lab.PAGE);
        for (int i = 0; i < 4; i++) {
            lab.write(mm, A + i * Lab.PAGE, 1);
        }
        lab.attach("dev", "smmuv3-sva", mm, Map.of());
        Outcome outcome = lab.applyUntold(new Operation.Mprotect(mm, A, 2 * Lab.PAGE, Set.of(Prot.PROT_READ)));
        assertThat(lab.rows(outcome)).filteredOn(row -> row.phase() == Phase.ARCH_INVALIDATE_SECONDARY_TLBS)
                .isNotEmpty().allMatch(row -> row.start() == row.end());
    }

    /** The naive design: callbacks that may sleep under the page-table lock are caught. */
    @Test
    void startUnderThePageTableLockIsCaught() {
        Lab lab = new Lab(Architecture.ARM64, KernelDesign.NOTIFY_UNDER_LOCK);
        int mm = pageOfDeadChild(lab);
        lab.attach("dev", "kvm", mm, Map.of());
        lab.write(mm, A, 2);
        assertThat(lab.violations(ViolationKind.SLEEP_IN_ATOMIC)).isPositive();
    }

    @ParameterizedTest
    @EnumSource(NotifySite.class)
    void everyChoiceSaysWhatItChanges(NotifySite site) {
        assertThat(site.rule()).isNotBlank();
        assertThat(site.source()).isNotBlank();
        assertThat(KernelDesign.PRESETS).as("some preset makes the choice").anyMatch(design -> design.notifiesAt(site));
    }

    private static Lab lab(Architecture architecture, String version) {
        KernelVersion release = KernelVersion.PRESETS.stream().filter(preset -> preset.name().equals(version))
                .findFirst().orElseThrow();
        return new Lab(architecture, release, KernelDesign.LINUX_6_6);
    }

    /** A page that was shared with a child which is gone: read-only in the table and in the TLBs of both CPUs. */
    private static int pageOfDeadChild(Lab lab) {
        int mm = lab.spawn();
        lab.mapAnonymous(mm, A, lab.machine().spec().architecture().pageSize());
        lab.write(mm, A, 1);
        int child = lab.fork(mm);
        lab.read(mm, A);
        lab.apply(new Operation.Access(mm, 1, A, AccessKind.READ, 0));
        lab.exit(child);
        return mm;
    }

    private static String heard(Lab lab, Outcome outcome, Architecture architecture) {
        return lab.rows(outcome).stream()
                .filter(row -> row.phase() == Phase.ARCH_INVALIDATE_SECONDARY_TLBS && row.subscriber() < 0)
                .map(row -> row.end() == -1 ? "all"
                        : Long.toString((row.end() - row.start()) / architecture.pageSize()))
                .distinct().collect(Collectors.collectingAndThen(Collectors.joining(" "),
                        text -> text.isEmpty() ? "none" : text));
    }
}
