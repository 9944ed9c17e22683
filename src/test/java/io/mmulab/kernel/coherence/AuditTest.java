package io.mmulab.kernel.coherence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.mmulab.device.Lab;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.machine.Advice;
import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** A sound machine is damaged in one place behind its back; the audit must name the rule that this breaks. */
class AuditTest {
    private static final long SECOND = Lab.A + Lab.PAGE;
    private static final long EMPTY = Lab.A + 2 * Lab.PAGE;
    private static final long LENGTH = 4 * Lab.PAGE;
    private static final long HUGE = 512 * Lab.PAGE;

    private final Lab lab = new Lab(Architecture.X86_64, KernelVersion.V6_12, KernelDesign.LINUX_6_6);
    private final Frames frames = lab.machine().frames();
    private final int id = lab.spawn();
    private final AddressSpace mm = lab.machine().addressSpace(id);

    @BeforeEach
    void twoPages() {
        lab.mapAnonymous(id, Lab.A, LENGTH);
        lab.write(id, Lab.A, 1);
        lab.write(id, SECOND, 2);
    }

    private long entry(long address) {
        return mm.pageTable().get(address);
    }

    private void set(long address, long pte) {
        mm.pageTable().set(address, pte);
    }

    private int frame(long address) {
        return Pte.frame(entry(address));
    }

    private Vma vma(long address) {
        return Objects.requireNonNull(mm.vmas().lookup(address));
    }

    private MappedFile mapFile(String name, MappedFile.Kind kind, MapFlag sharing) {
        lab.munmap(id, Lab.A, LENGTH);
        lab.createFile(name, kind, 4);
        lab.mapFile(id, Lab.A, LENGTH, name, sharing);
        lab.read(id, Lab.A);
        lab.read(id, SECOND);
        return lab.machine().file(name);
    }

    private void assertFound(AuditRule first, AuditRule... more) {
        Set<AuditRule> found = EnumSet.noneOf(AuditRule.class);
        lab.machine().audit().forEach(finding -> found.add(finding.rule()));
        assertThat(found).isEqualTo(EnumSet.of(first, more));
    }

    @Test
    void whatIsSoundHasNoFindings() {
        assertThat(lab.machine().audit()).isEmpty();
    }

    @Test
    void aReferenceTooMany() {
        frames.get(frame(Lab.A));
        assertFound(AuditRule.REFCOUNT);
    }

    @Test
    void aFrameThatNobodyHas() {
        frames.alloc(Frames.ANON);
        assertFound(AuditRule.REFCOUNT);
    }

    @Test
    void aMappingTooMany() {
        frames.addRmap(frame(Lab.A), id);
        assertFound(AuditRule.MAPCOUNT);
    }

    @Test
    void anEntryThatWent() {
        set(Lab.A, Pte.NONE);
        assertFound(AuditRule.MAPCOUNT, AuditRule.REFCOUNT, AuditRule.RSS, AuditRule.CPU_TLB);
    }

    @Test
    void countsOfResidentPages() {
        mm.addAnonPages(1);
        assertFound(AuditRule.RSS);
        mm.addAnonPages(-1);
        mm.addFilePages(1, false);
        assertFound(AuditRule.RSS);
        mm.addFilePages(-1, false);
        mm.addFilePages(1, true);
        assertFound(AuditRule.RSS);
        mm.addFilePages(-1, true);
        mm.addSwapEntries(1);
        assertFound(AuditRule.RSS);
        mm.addSwapEntries(-1);
        mm.addHugetlbPages(1);
        assertFound(AuditRule.RSS);
        mm.addHugetlbPages(-1);
        assertThat(lab.machine().audit()).isEmpty();
    }

    @Test
    void countsOfMappedPages() {
        mm.addLockedPages(1);
        assertFound(AuditRule.TOTAL_VM);
        mm.addLockedPages(-1);
        for (long flags : new long[] {VmFlags.READ, VmFlags.READ | VmFlags.WRITE, VmFlags.READ | VmFlags.EXEC,
            VmFlags.READ | VmFlags.WRITE | VmFlags.GROWSDOWN}) {
            mm.accountPages(flags, 1);
            assertFound(AuditRule.TOTAL_VM);
            mm.accountPages(flags, -1);
        }
        assertThat(lab.machine().audit()).isEmpty();
    }

    @Test
    void aLockedMappingThatIsNotCounted() {
        vma(Lab.A).setFlags(vma(Lab.A).flags() | VmFlags.LOCKED);
        assertFound(AuditRule.TOTAL_VM);
    }

    @Test
    void anEntryOutsideOfMappings() {
        set(Lab.A + LENGTH, Pte.of(frame(Lab.A), Pte.PRESENT | Pte.ACCESSED));
        assertFound(AuditRule.ENTRY_IN_VMA);
    }

    @Test
    void aTableForNothing() {
        set(Lab.A + HUGE, Pte.of(Frames.ZERO_PAGE, Pte.PRESENT | Pte.SPECIAL));
        set(Lab.A + HUGE, Pte.NONE);
        assertFound(AuditRule.TABLE_IN_USE);
    }

    @Test
    void rightsThatTheMappingDoesNotGive() {
        long good = entry(Lab.A);
        set(Lab.A, good | Pte.EXEC);
        assertFound(AuditRule.ENTRY_RIGHTS);
        set(Lab.A, (good & ~Pte.PRESENT) | Pte.PROTNONE);
        assertFound(AuditRule.ENTRY_RIGHTS, AuditRule.CPU_TLB);
        set(Lab.A, good | Pte.PROTNONE);
        assertFound(AuditRule.ENTRY_RIGHTS);
        set(Lab.A, good);
        lab.mprotect(id, Lab.A, LENGTH, Prot.PROT_READ);
        set(Lab.A, entry(Lab.A) | Pte.WRITE);
        assertFound(AuditRule.ENTRY_RIGHTS);
    }

    @Test
    void rightsInAMappingWithoutAny() {
        lab.mprotect(id, Lab.A, LENGTH);
        set(Lab.A, (entry(Lab.A) & ~Pte.PROTNONE) | Pte.PRESENT);
        assertFound(AuditRule.ENTRY_RIGHTS);
    }

    @Test
    void aWritablePageThatIsNotExclusive() {
        frames.clear(frame(Lab.A), Frames.ANON_EXCLUSIVE);
        assertFound(AuditRule.WRITABLE_IS_EXCLUSIVE);
    }

    @Test
    void aWritableZeroPage() {
        lab.read(id, EMPTY);
        set(EMPTY, entry(EMPTY) | Pte.WRITE);
        assertFound(AuditRule.WRITABLE_IS_EXCLUSIVE);
    }

    @Test
    void oneFrameAtTwoPlaces() {
        set(EMPTY, entry(Lab.A));
        assertFound(AuditRule.ANON_MAPPED_ONCE_PER_MM, AuditRule.RMAP, AuditRule.MAPCOUNT, AuditRule.REFCOUNT,
                AuditRule.EXCLUSIVE_IS_MAPPED_ONCE, AuditRule.RSS);
    }

    @Test
    void anExclusivePageThatIsNotAnonymous() {
        mapFile("f", MappedFile.Kind.TMPFS, MapFlag.MAP_SHARED);
        frames.set(frame(Lab.A), Frames.ANON_EXCLUSIVE);
        assertFound(AuditRule.EXCLUSIVE_IS_MAPPED_ONCE);
    }

    @Test
    void aFrameThatDoesNotExist() {
        set(EMPTY, Pte.of(frames.highest() + 5, vma(EMPTY).pageProt()));
        assertFound(AuditRule.ENTRY_BACKING);
    }

    @Test
    void aPageThatThinksItIsElsewhere() {
        lab.createFile("f", MappedFile.Kind.TMPFS, 4);
        Object anonVma = frames.mapping(frame(Lab.A));
        long index = frames.index(frame(Lab.A));
        frames.setMapping(frame(Lab.A), anonVma, index + 1);
        assertFound(AuditRule.RMAP);
        frames.setMapping(frame(Lab.A), "something else", index);
        assertFound(AuditRule.RMAP);
        frames.setMapping(frame(Lab.A), lab.machine().file("f"), index);
        assertFound(AuditRule.RMAP);
    }

    @Test
    void anotherPageOfTheFile() {
        mapFile("f", MappedFile.Kind.TMPFS, MapFlag.MAP_SHARED);
        long first = entry(Lab.A);
        set(Lab.A, entry(SECOND));
        set(SECOND, first);
        assertFound(AuditRule.ENTRY_BACKING, AuditRule.RMAP, AuditRule.CPU_TLB);
    }

    @Test
    void aWritablePageOfAFileThatIsMappedPrivately() {
        mapFile("f", MappedFile.Kind.DISK, MapFlag.MAP_PRIVATE);
        set(Lab.A, entry(Lab.A) | Pte.WRITE);
        assertFound(AuditRule.WRITABLE_IS_EXCLUSIVE);
    }

    @Test
    void anAnonymousPageInASharedMapping() {
        mapFile("f", MappedFile.Kind.TMPFS, MapFlag.MAP_SHARED);
        int frame = frame(Lab.A);
        frames.set(frame, Frames.ANON | Frames.ANON_EXCLUSIVE);
        assertFound(AuditRule.ENTRY_BACKING, AuditRule.ANON_VMA, AuditRule.PAGE_CACHE, AuditRule.RSS);
    }

    @Test
    void aCachedPageThatDoesNotKnow() {
        mapFile("f", MappedFile.Kind.TMPFS, MapFlag.MAP_SHARED);
        frames.clear(frame(Lab.A), Frames.PAGE_CACHE);
        assertFound(AuditRule.PAGE_CACHE);
    }

    @Test
    void aSwapEntryThatIsNotCounted() {
        lab.apply(new Operation.Swap(true));
        lab.apply(new Operation.Madvise(id, Lab.A, Lab.PAGE, Advice.MADV_PAGEOUT));
        assertThat(Pte.isSwap(entry(Lab.A))).isTrue();
        set(EMPTY, entry(Lab.A));
        mm.addSwapEntries(1);
        assertFound(AuditRule.SWAP_COUNT);
        set(EMPTY, Pte.NONE);
        mm.addSwapEntries(-1);
        assertThat(lab.machine().audit()).isEmpty();
    }

    @Test
    void aTranslationThatTheCpuShouldHaveForgotten() {
        set(Lab.A, Pte.wrprotect(entry(Lab.A)));
        assertFound(AuditRule.CPU_TLB);
    }

    @Test
    void aTranslationThatADeviceShouldHaveForgotten() {
        lab.attach("smmu", "smmuv3-sva", id, Map.of());
        lab.deviceWrite("smmu", Lab.A, 3);
        assertThat(lab.machine().audit()).isEmpty();
        long good = entry(Lab.A);
        set(Lab.A, Pte.wrprotect(good));
        assertFound(AuditRule.CPU_TLB, AuditRule.DEVICE_TLB);
        set(Lab.A, (good & ~Pte.PRESENT) | Pte.PROTNONE);
        assertFound(AuditRule.CPU_TLB, AuditRule.DEVICE_TLB, AuditRule.ENTRY_RIGHTS);
    }

    @Test
    void aPoolThatCountsWrong() {
        lab.apply(new Operation.SetHugepages(2048, 2));
        int head = 0;
        for (int frame = 1; frame < frames.highest(); frame++) {
            if (frames.has(frame, Frames.HUGETLB) && frames.head(frame) == frame) {
                head = frame;
            }
        }
        frames.clear(head, Frames.HUGETLB);
        assertFound(AuditRule.HUGETLB_POOL, AuditRule.FRAMES_IN_USE);
    }

    @Test
    void aDeadProcessThatHasSomething() {
        mm.setDead();
        assertFound(AuditRule.DEAD_IS_EMPTY);
    }
}
