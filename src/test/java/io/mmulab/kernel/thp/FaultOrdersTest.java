package io.mmulab.kernel.thp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.mmulab.device.Lab;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.machine.Advice;
import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.Vma;

/** {@code thp_vma_allowable_orders()} and {@code shmem_allowable_huge_orders()}, seen through the folios that faults get. */
class FaultOrdersTest {
    private static final long HUGE = 512 * Lab.PAGE;
    private static final int PMD = Architecture.X86_64.paging().pmdOrder();
    private static final int KIB_64 = 4;

    private Lab lab = new Lab(Architecture.X86_64, KernelVersion.V7_3, KernelDesign.LINUX_6_6);
    private int mm = lab.spawn();

    private void restart(KernelVersion version) {
        lab = new Lab(Architecture.X86_64, version, KernelDesign.LINUX_6_6);
        mm = lab.spawn();
    }

    private Outcome set(String file, String value) {
        return lab.apply(new Operation.SetThp(file, value));
    }

    private void advise(long address, long length, Advice advice) {
        assertThat(lab.apply(new Operation.Madvise(mm, address, length, advice)).error()).isNull();
    }

    private Vma vma(long address) {
        return Objects.requireNonNull(lab.machine().addressSpace(mm).vmas().lookup(address));
    }

    /** The order of the folio that a write gets. */
    private int order(long address) {
        lab.write(mm, address, 1);
        AddressSpace space = lab.machine().addressSpace(mm);
        int frame = lab.machine().pagemap().page(space, vma(address), address).frame();
        return lab.machine().frames().order(lab.machine().frames().head(frame));
    }

    private int anonymousOrder() {
        lab.munmap(mm, Lab.A, 2 * HUGE);
        lab.mapAnonymous(mm, Lab.A, HUGE);
        return order(Lab.A + 5 * Lab.PAGE);
    }

    private int advisedOrder(Advice advice) {
        lab.munmap(mm, Lab.A, 2 * HUGE);
        lab.mapAnonymous(mm, Lab.A, HUGE);
        advise(Lab.A, HUGE, advice);
        return order(Lab.A + 5 * Lab.PAGE);
    }

    private boolean eligible() {
        return lab.machine().smaps().entry(lab.machine().addressSpace(mm), vma(Lab.A)).thpEligible();
    }

    private int sharedOrder(boolean advised) {
        lab.munmap(mm, Lab.A, 2 * HUGE);
        lab.apply(new Operation.Mmap(mm, Lab.A, HUGE, Set.of(Prot.PROT_READ, Prot.PROT_WRITE),
                Set.of(MapFlag.MAP_SHARED, MapFlag.MAP_ANONYMOUS, MapFlag.MAP_FIXED), null, 0));
        if (advised) {
            advise(Lab.A, HUGE, Advice.MADV_HUGEPAGE);
        }
        return order(Lab.A + 5 * Lab.PAGE);
    }

    @Test
    void enabledSaysWhoGetsHugePages() {
        assertThat(anonymousOrder()).as("a machine starts with never").isZero();
        set("enabled", "madvise");
        assertThat(anonymousOrder()).isZero();
        assertThat(advisedOrder(Advice.MADV_HUGEPAGE)).isEqualTo(PMD);
        set("enabled", "always");
        assertThat(anonymousOrder()).isEqualTo(PMD);
        assertThat(advisedOrder(Advice.MADV_NOHUGEPAGE)).isZero();
        set("enabled", "never");
        assertThat(advisedOrder(Advice.MADV_HUGEPAGE)).isZero();
    }

    @Test
    void aHugePageMustFitTheMapping() {
        set("enabled", "always");
        lab.mapAnonymous(mm, Lab.A + Lab.PAGE, 2 * HUGE);
        assertThat(order(Lab.A + 5 * Lab.PAGE)).as("begins behind the boundary").isZero();
        assertThat(order(Lab.A + HUGE)).isEqualTo(PMD);
        assertThat(order(Lab.A + 2 * HUGE)).as("ends a page behind the boundary").isZero();
    }

    @Test
    void aProcessCanDoWithout() {
        set("enabled", "always");
        lab.apply(new Operation.DisableThp(mm, true));
        assertThat(anonymousOrder()).isZero();
        lab.apply(new Operation.DisableThp(mm, false));
        assertThat(anonymousOrder()).isEqualTo(PMD);
    }

    @Test
    void theLargestSizeThatIsAllowedAndFitsIsTaken() {
        set("hugepages-64kB/enabled", "always");
        assertThat(anonymousOrder()).isEqualTo(KIB_64);
        set("hugepages-128kB/enabled", "madvise");
        assertThat(anonymousOrder()).isEqualTo(KIB_64);
        assertThat(advisedOrder(Advice.MADV_HUGEPAGE)).isEqualTo(5);
        set("hugepages-2048kB/enabled", "always");
        assertThat(anonymousOrder()).isEqualTo(PMD);
        lab.munmap(mm, Lab.A, HUGE);
        lab.mapAnonymous(mm, Lab.A, 24 * Lab.PAGE);
        assertThat(order(Lab.A)).isEqualTo(KIB_64);
        assertThat(order(Lab.A + 16 * Lab.PAGE)).as("8 pages are left").isZero();
    }

    @Test
    void aSizeCanFollowTheFileAbove() {
        set("hugepages-64kB/enabled", "inherit");
        assertThat(anonymousOrder()).isZero();
        set("hugepages-2048kB/enabled", "never");
        set("enabled", "always");
        assertThat(anonymousOrder()).isEqualTo(KIB_64);
    }

    @Test
    void aBlockThatIsNotEmptyGetsASmallerFolio() {
        lab.mapAnonymous(mm, Lab.A, HUGE);
        lab.write(mm, Lab.A + Lab.PAGE, 1);
        set("hugepages-64kB/enabled", "always");
        set("enabled", "always");
        assertThat(order(Lab.A)).isZero();
        assertThat(order(Lab.A + 16 * Lab.PAGE)).isEqualTo(KIB_64);
    }

    @Test
    void sizesOfTheirOwnCameWith68() {
        restart(KernelVersion.V6_1);
        assertThat(set("hugepages-64kB/enabled", "always").error()).isEqualTo("ENOENT");
        assertThat(anonymousOrder()).isZero();
        restart(KernelVersion.V7_3);
        assertThat(set("hugepages-64kB/enabled", "sometimes").error()).isEqualTo("EINVAL");
        assertThat(set("hugepages-8kB/enabled", "always").error()).as("anonymous memory begins at 16 KiB")
                .isEqualTo("ENOENT");
        assertThat(set("hugepages-16kB/enabled", "always").error()).isNull();
        assertThat(set("hugepages-8kB/shmem_enabled", "always").error()).isNull();
        assertThat(set("hugepages-4096kB/enabled", "always").error()).isEqualTo("ENOENT");
        assertThat(set("hugepages-48kB/enabled", "always").error()).isEqualTo("ENOENT");
        assertThat(set("enabled", "force").error()).isEqualTo("EINVAL");
        assertThat(set("shmem_enabled", "madvise").error()).isEqualTo("EINVAL");
    }

    @Test
    void smapsSaysWhetherAHugePageIsPossible() {
        lab.mapAnonymous(mm, Lab.A, HUGE);
        assertThat(eligible()).isFalse();
        set("enabled", "always");
        assertThat(eligible()).isTrue();
        lab.munmap(mm, Lab.A, HUGE);
        lab.mapAnonymous(mm, Lab.A, HUGE - Lab.PAGE);
        assertThat(eligible()).as("none fits at the end").isFalse();
        set("hugepages-64kB/enabled", "always");
        assertThat(eligible()).isTrue();
        advise(Lab.A, HUGE - Lab.PAGE, Advice.MADV_NOHUGEPAGE);
        assertThat(eligible()).isFalse();
    }

    @Test
    void shmemEnabledSaysWhoGetsHugeSharedMemory() {
        assertThat(sharedOrder(true)).isZero();
        set("shmem_enabled", "advise");
        assertThat(sharedOrder(false)).isZero();
        assertThat(sharedOrder(true)).isEqualTo(PMD);
        set("shmem_enabled", "always");
        assertThat(sharedOrder(false)).isEqualTo(PMD);
        set("shmem_enabled", "force");
        assertThat(sharedOrder(false)).isEqualTo(PMD);
        set("shmem_enabled", "deny");
        assertThat(sharedOrder(true)).isZero();
    }

    @Test
    void withinSizeLooksAtTheEndOfTheFile() {
        set("shmem_enabled", "within_size");
        assertThat(sharedOrder(false)).isEqualTo(PMD);
        lab.munmap(mm, Lab.A, HUGE);
        Set<Prot> both = Set.of(Prot.PROT_READ, Prot.PROT_WRITE);
        Set<MapFlag> shared = Set.of(MapFlag.MAP_SHARED, MapFlag.MAP_ANONYMOUS, MapFlag.MAP_FIXED);
        lab.apply(new Operation.Mmap(mm, Lab.A, HUGE + 8 * Lab.PAGE, both, shared, null, 0));
        assertThat(order(Lab.A)).isEqualTo(PMD);
        assertThat(order(Lab.A + HUGE)).as("the file ends within the block").isZero();
    }

    @Test
    void singleSizesOfSharedMemoryHaveTheirOwnFiles() {
        set("hugepages-64kB/shmem_enabled", "always");
        assertThat(sharedOrder(false)).isEqualTo(KIB_64);
        set("hugepages-128kB/shmem_enabled", "advise");
        assertThat(sharedOrder(false)).isEqualTo(KIB_64);
        assertThat(set("hugepages-128kB/shmem_enabled", "madvise").error()).isNull();
    }

    @Test
    void aFileOfAMountFollowsTheMountWhichSaysNever() {
        set("shmem_enabled", "always");
        lab.createFile("f", MappedFile.Kind.TMPFS, 1024);
        lab.mapFile(mm, Lab.A, HUGE, "f", MapFlag.MAP_SHARED);
        assertThat(order(Lab.A)).isZero();
        set("shmem_enabled", "force");
        assertThat(order(Lab.A + 4 * Lab.PAGE)).as("the block is not empty").isZero();
        lab.createFile("g", MappedFile.Kind.TMPFS, 1024);
        lab.mapFile(mm, Lab.A, HUGE, "g", MapFlag.MAP_SHARED);
        assertThat(order(Lab.A)).isEqualTo(PMD);
    }

    @Test
    void anEdgeOfAMappingSplitsTheHugePageAcrossIt() {
        set("enabled", "always");
        lab.mapAnonymous(mm, Lab.A, 2 * HUGE);
        lab.write(mm, Lab.A, 1);
        lab.write(mm, Lab.A + HUGE, 2);
        lab.munmap(mm, Lab.A + HUGE / 2, HUGE);
        AddressSpace space = lab.machine().addressSpace(mm);
        assertThat(lab.machine().pagemap().page(space, vma(Lab.A), Lab.A).level()).isZero();
        long second = Lab.A + HUGE + HUGE / 2;
        assertThat(lab.machine().pagemap().page(space, vma(second), second).level()).isZero();
        assertThat(lab.read(mm, Lab.A).value()).isEqualTo(1);
    }

    @Test
    void aDirtyHugePageOfAFileStaysDirtyWhenItsEntryGoes() {
        set("shmem_enabled", "always");
        for (int way = 0; way < 2; way++) {
            lab.apply(new Operation.Mmap(mm, Lab.A, HUGE, Set.of(Prot.PROT_READ, Prot.PROT_WRITE),
                    Set.of(MapFlag.MAP_SHARED, MapFlag.MAP_ANONYMOUS, MapFlag.MAP_FIXED), null, 0));
            lab.read(mm, Lab.A);
            assertThat(lab.write(mm, Lab.A, 1).faultCount()).isZero();
            AddressSpace space = lab.machine().addressSpace(mm);
            int head = lab.machine().pagemap().page(space, vma(Lab.A), Lab.A).frame();
            assertThat(lab.machine().frames().isDirty(head)).as("only the entry knows").isFalse();
            if (way == 0) {
                lab.dontneed(mm, Lab.A, HUGE);
            } else {
                lab.dontneed(mm, Lab.A, Lab.PAGE);
            }
            assertThat(lab.machine().frames().isDirty(head)).isTrue();
            lab.munmap(mm, Lab.A, HUGE);
        }
    }
}
