package io.mmulab.kernel.uffd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.mmulab.device.Lab;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.kernel.machine.UserfaultMode;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.proc.PageView;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

class UserfaultfdTest {
    private static final int FILL = 0xee;
    private static final long LENGTH = 4 * Lab.PAGE;
    private static final long PAGEFAULT_FLAG_WP = 1;

    private Lab lab = new Lab(Architecture.X86_64, KernelVersion.V6_12, KernelDesign.LINUX_6_6);
    private int mm = lab.spawn();

    private void restart(Architecture architecture, KernelVersion version) {
        lab = new Lab(architecture, version, KernelDesign.LINUX_6_6);
        mm = lab.spawn();
    }

    private int open(long features) {
        return (int) lab.apply(new Operation.OpenUserfaultfd(mm, features, FILL)).result();
    }

    private Outcome register(int context, long address, long length, UserfaultMode mode, UserfaultMode... more) {
        return lab.apply(
                new Operation.RegisterUserfaults(mm, context, address, length, Set.copyOf(EnumSet.of(mode, more))));
    }

    private Outcome protect(int context, long address, long length) {
        return lab.apply(new Operation.WriteProtectUserfaults(mm, context, address, length, true));
    }

    private Outcome unprotect(int context, long address) {
        return lab.apply(new Operation.WriteProtectUserfaults(mm, context, address, Lab.PAGE, false));
    }

    private Outcome copy(int context, long address) {
        return lab.apply(new Operation.CopyUserfaultPages(mm, context, address, Lab.PAGE, 7, false));
    }

    private Vma vma(int id, long address) {
        return Objects.requireNonNull(lab.machine().addressSpace(id).vmas().lookup(address));
    }

    private PageView page(int id, long address) {
        return lab.machine().pagemap().page(lab.machine().addressSpace(id), vma(id, address), address);
    }

    @Test
    void aMissingPageComesFromTheMonitor() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        register(open(0), Lab.A, LENGTH, UserfaultMode.MISSING);
        Outcome read = lab.read(mm, Lab.A);
        assertThat(read.value()).isEqualTo(FILL);
        assertThat(read.userfaults()).containsExactly(new Outcome.Userfault(Lab.A, 0, 0));
        assertThat(lab.read(mm, Lab.A).userfaults()).isEmpty();
    }

    @Test
    void aWriteToAProtectedPageIsToldOnce() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        lab.write(mm, Lab.A, 1);
        int context = open(PAGEFAULT_FLAG_WP);
        register(context, Lab.A, LENGTH, UserfaultMode.WP);
        protect(context, Lab.A, LENGTH);
        assertThat(page(mm, Lab.A).uffdWp()).isTrue();
        assertThat(lab.read(mm, Lab.A).userfaults()).isEmpty();
        assertThat(lab.write(mm, Lab.A, 2).userfaults()).containsExactly(new Outcome.Userfault(Lab.A, 3, 0));
        assertThat(lab.write(mm, Lab.A, 3).userfaults()).isEmpty();
        assertThat(page(mm, Lab.A).uffdWp()).isFalse();
    }

    @Test
    void anEndOfWriteProtectionMakesTheEntryWritableSince62() {
        for (KernelVersion version : KernelVersion.PRESETS) {
            restart(Architecture.X86_64, version);
            lab.mapAnonymous(mm, Lab.A, LENGTH);
            lab.write(mm, Lab.A, 1);
            int context = open(PAGEFAULT_FLAG_WP);
            register(context, Lab.A, LENGTH, UserfaultMode.WP);
            protect(context, Lab.A, LENGTH);
            unprotect(context, Lab.A);
            assertThat(Pte.write(page(mm, Lab.A).pte())).as(version.name())
                    .isEqualTo(!version.equals(KernelVersion.V6_1));
        }
    }

    @Test
    void anArmKernelBefore612HasNoWriteProtection() {
        restart(Architecture.ARM64, KernelVersion.V6_1);
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        assertThat(register(open(0), Lab.A, LENGTH, UserfaultMode.WP).error()).isEqualTo("EINVAL");
        restart(Architecture.ARM64, KernelVersion.V6_12);
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        assertThat(register(open(0), Lab.A, LENGTH, UserfaultMode.WP).error()).isNull();
    }

    @Test
    void registeringSplitsAVmaAndUnregisteringMergesIt() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        int context = open(0);
        register(context, Lab.A + Lab.PAGE, Lab.PAGE, UserfaultMode.MISSING);
        assertThat(lab.machine().addressSpace(mm).vmas().size()).isEqualTo(3);
        assertThat(vma(mm, Lab.A + Lab.PAGE).has(VmFlags.UFFD_MISSING)).isTrue();
        lab.apply(new Operation.UnregisterUserfaults(mm, context, Lab.A, LENGTH));
        assertThat(lab.machine().addressSpace(mm).vmas().size()).isEqualTo(1);
    }

    @Test
    void aRangeOfAnotherContextIsBusy() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        register(open(0), Lab.A, LENGTH, UserfaultMode.MISSING);
        assertThat(register(open(0), Lab.A, LENGTH, UserfaultMode.MISSING).error()).isEqualTo("EBUSY");
    }

    @Test
    void filesOnDiskCannotBeWatched() {
        lab.createFile("f", MappedFile.Kind.DISK, 4);
        lab.mapFile(mm, Lab.A, LENGTH, "f", MapFlag.MAP_SHARED);
        assertThat(register(open(0), Lab.A, LENGTH, UserfaultMode.MISSING).error()).isEqualTo("EINVAL");
    }

    @Test
    void onlyWatchedMemoryIsWriteProtectedOrFilled() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        int context = open(0);
        assertThat(protect(context, Lab.A, LENGTH).error()).isEqualTo("ENOENT");
        assertThat(copy(context, Lab.A).error()).isEqualTo("ENOENT");
    }

    @Test
    void aPageThatIsThereIsNotFilledAgain() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        int context = open(0);
        register(context, Lab.A, LENGTH, UserfaultMode.MISSING);
        assertThat(copy(context, Lab.A).error()).isNull();
        assertThat(lab.read(mm, Lab.A).value()).isEqualTo(7);
        assertThat(copy(context, Lab.A).error()).isEqualTo("EEXIST");
    }

    @Test
    void aZeroPageTakesNoMemory() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        int context = open(0);
        register(context, Lab.A, LENGTH, UserfaultMode.MISSING);
        lab.apply(new Operation.ZeroUserfaultPages(mm, context, Lab.A, LENGTH));
        assertThat(page(mm, Lab.A).frame()).isEqualTo(Frames.ZERO_PAGE);
        assertThat(lab.machine().frames().inUse()).isZero();
    }

    @Test
    void aChildIsNotWatched() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        lab.write(mm, Lab.A, 1);
        int context = open(PAGEFAULT_FLAG_WP);
        register(context, Lab.A, LENGTH, UserfaultMode.WP);
        protect(context, Lab.A, LENGTH);
        int child = lab.fork(mm);
        assertThat(vma(child, Lab.A).has(VmFlags.UFFD_WP)).isFalse();
        assertThat(page(child, Lab.A).uffdWp()).isFalse();
        assertThat(lab.write(child, Lab.A, 2).userfaults()).isEmpty();
        assertThat(lab.write(mm, Lab.A, 3).userfaults()).hasSize(1);
    }

    @Test
    void aMovedVmaIsNoLongerWatched() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        lab.write(mm, Lab.A, 1);
        int context = open(PAGEFAULT_FLAG_WP);
        register(context, Lab.A, LENGTH, UserfaultMode.WP);
        protect(context, Lab.A, LENGTH);
        long to = Lab.A + 16 * Lab.PAGE;
        lab.machine().mremap(lab.machine().addressSpace(mm), Lab.A, LENGTH, LENGTH, 3, to);
        assertThat(vma(mm, to).has(VmFlags.UFFD_WP)).isFalse();
        assertThat(page(mm, to).uffdWp()).isFalse();
        assertThat(lab.write(mm, to, 2).userfaults()).isEmpty();
    }

    @Test
    void protectionOfAFilesPageThatIsNotThereIsRemembered() {
        lab.createFile("f", MappedFile.Kind.TMPFS, 4);
        lab.mapFile(mm, Lab.A, LENGTH, "f", MapFlag.MAP_SHARED);
        lab.write(mm, Lab.A, 1);
        int context = open(0x1000 | PAGEFAULT_FLAG_WP);
        register(context, Lab.A, LENGTH, UserfaultMode.WP);
        protect(context, Lab.A, Lab.PAGE);
        lab.dontneed(mm, Lab.A, Lab.PAGE);
        assertThat(Pte.isMarker(page(mm, Lab.A).pte(), Pte.MARKER_UFFD_WP)).isTrue();
        assertThat(lab.write(mm, Lab.A, 2).userfaults()).hasSize(1);
    }

    @Test
    void pagesMoveSince68() {
        long source = Lab.A + 16 * Lab.PAGE;
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        lab.mapAnonymous(mm, source, LENGTH);
        lab.write(mm, source, 5);
        int context = open(0x10000);
        register(context, Lab.A, LENGTH, UserfaultMode.MISSING);
        int frame = page(mm, source).frame();
        assertThat(lab.apply(new Operation.MoveUserfaultPages(mm, context, Lab.A, source, Lab.PAGE, false)).error())
                .isNull();
        assertThat(page(mm, Lab.A).frame()).isEqualTo(frame);
        assertThat(page(mm, source).present()).isFalse();
        assertThat(lab.read(mm, Lab.A).value()).isEqualTo(5);
    }

    @Test
    void writeProtectionSurvivesMprotect() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        lab.write(mm, Lab.A, 1);
        int context = open(PAGEFAULT_FLAG_WP);
        register(context, Lab.A, LENGTH, UserfaultMode.WP);
        protect(context, Lab.A, LENGTH);
        lab.mprotect(mm, Lab.A, LENGTH, Prot.PROT_READ);
        lab.mprotect(mm, Lab.A, LENGTH, Prot.PROT_READ, Prot.PROT_WRITE);
        assertThat(lab.write(mm, Lab.A, 2).userfaults()).hasSize(1);
    }
}
