package io.mmulab.kernel.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.mmulab.device.Lab;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.EventSink;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.MappedFile;

/** Which check comes first. Numbers in the tables are decimal or 0x; A is 0x10000000, where 4 pages are mapped. */
class SyscallsTest {
    private static final int PRIVATE_ANON = Mman.MAP_PRIVATE | Mman.MAP_ANONYMOUS;

    private final Lab lab = new Lab(Architecture.X86_64, KernelDesign.LINUX_6_6);
    private final Machine machine = lab.machine();
    private final AddressSpace mm = machine.addressSpace(lab.spawn());

    private static String name(long returned) {
        return Errno.isError(returned) ? Errno.nameOf(returned) : "ok";
    }

    private void map() {
        lab.mapAnonymous(mm.id(), Lab.A, 4 * Lab.PAGE);
    }

    private long mmap(long address, long length, int prot, int flags, @Nullable MappedFile file, long offset) {
        return machine.mmap(mm, address, length, prot, flags, file, offset);
    }

    @ParameterizedTest
    @CsvSource({"0x0, 0, EINVAL", "0x0, -1, ENOMEM", "0x10000001, 4096, EINVAL", "0x7ffffffff000, 4096, ENOMEM",
        "0x1000, 4096, EPERM", "0x20000000, 1, ok", "0x7fffffffe000, 4096, ok"})
    void mmapFixedChecksLengthThenPlaceThenAlignment(String address, long length, String expected) {
        map();
        mm.limits().setPrivileged(false);
        assertThat(name(mmap(Long.decode(address), length, 3, PRIVATE_ANON | Mman.MAP_FIXED, null, 0)))
                .isEqualTo(expected);
    }

    @Test
    void mmapChecksPlaceBeforeTypeAndTypeBeforeFile() {
        map();
        MappedFile readOnly = machine.createFile("ro", MappedFile.Kind.DISK, 4, false, true);
        assertThat(name(mmap(Lab.A, Lab.PAGE, 3, Mman.MAP_FIXED_NOREPLACE | Mman.MAP_ANONYMOUS, null, 0)))
                .isEqualTo("EEXIST");
        assertThat(name(mmap(0, Lab.PAGE, 3, Mman.MAP_ANONYMOUS, null, 0))).isEqualTo("EINVAL");
        assertThat(name(mmap(0, Lab.PAGE, 3, Mman.MAP_SHARED, readOnly, 0))).isEqualTo("EACCES");
        assertThat(name(mmap(0, Lab.PAGE, 1, Mman.MAP_SHARED, readOnly, 0))).isEqualTo("ok");
        assertThat(name(mmap(0, Lab.PAGE, 1, Mman.MAP_PRIVATE, readOnly, 1))).isEqualTo("EINVAL");
        assertThat(name(mmap(0, Lab.PAGE, 3, Mman.MAP_PRIVATE | Mman.MAP_GROWSDOWN, readOnly, 0)))
                .isEqualTo("EINVAL");
    }

    @ParameterizedTest
    @CsvSource({"0x10000001, 4096, EINVAL", "0x10000000, 0, EINVAL", "0x7ffffffff000, 4096, EINVAL",
        "0x10000000, -1, EINVAL", "0x40000000, 4096, ok", "0x10000000, 1, ok"})
    void munmapRefusesOnlyWhatIsOutOfBounds(String address, long length, String expected) {
        map();
        assertThat(name(machine.munmap(mm, Long.decode(address), length))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0x10000001, 0, 1, EINVAL", "0x10000000, 0, 64, ok", "0x10000000, 4096, 64, EINVAL",
        "0x10000000, -4096, 64, ENOMEM",
        "0x10000000, -4096, 1, ENOMEM", "0x0FFFF000, 8192, 1, ENOMEM", "0x10003000, 8192, 1, ENOMEM",
        "0x10000000, 4096, 1, ok"})
    void mprotectChecksAlignmentThenLengthThenBitsThenHoles(String address, long length, int prot, String expected) {
        map();
        assertThat(name(machine.mprotect(mm, Long.decode(address), length, prot))).isEqualTo(expected);
    }

    @Test
    void mprotectThatMeetsAHoleKeepsWhatItHasDone() {
        map();
        assertThat(name(machine.mprotect(mm, Lab.A, 8 * Lab.PAGE, Mman.PROT_READ))).isEqualTo("ENOMEM");
        assertThat(lab.write(mm.id(), Lab.A, 1).signal()).isNotNull();
    }

    @Test
    void mprotectCannotGrantWhatTheFileDoesNot() {
        MappedFile readOnly = machine.createFile("ro", MappedFile.Kind.DISK, 4, false, true);
        long at = mmap(0, Lab.PAGE, 1, Mman.MAP_SHARED, readOnly, 0);
        assertThat(name(machine.mprotect(mm, at, Lab.PAGE, Mman.PROT_READ | Mman.PROT_WRITE))).isEqualTo("EACCES");
    }

    @ParameterizedTest
    @CsvSource({"0x10000001, 0, 26, EINVAL", "0x10000001, 0, 4, EINVAL", "0x10000000, 0, 4, ok",
        "0x10000000, -1, 4, EINVAL", "0x10000000, 4096, 4, ok", "0x0FFFF000, 8192, 4, ENOMEM",
        "0x40000000, 4096, 4, ENOMEM", "0x10000000, 4096, 8, ok", "0x10000000, 4096, 3, ok"})
    void madviseChecksAdviceThenAlignmentThenLengthThenHoles(String address, long length, int advice,
            String expected) {
        map();
        assertThat(name(machine.madvise(mm, Long.decode(address), length, advice))).isEqualTo(expected);
    }

    @Test
    void madviseSkipsHolesAndSaysSoAtTheEnd() {
        map();
        lab.write(mm.id(), Lab.A, 1);
        assertThat(name(machine.madvise(mm, Lab.A - Lab.PAGE, 2 * Lab.PAGE, Madv.DONTNEED)))
                .isEqualTo("ENOMEM");
        assertThat(lab.read(mm.id(), Lab.A).value()).isZero();
    }

    @Test
    void brkReturnsTheBreakAndNeverAnError() {
        AddressSpace heap = machine.spawn(Lab.A);
        assertThat(machine.brk(heap, 0)).isEqualTo(Lab.A);
        assertThat(machine.brk(heap, Lab.A + 100)).isEqualTo(Lab.A + 100);
        assertThat(heap.totalPages()).isEqualTo(1);
        assertThat(machine.brk(heap, Lab.A - 1)).isEqualTo(Lab.A + 100);
        assertThat(machine.brk(heap, -1)).isEqualTo(Lab.A + 100);
        long stack = Lab.A + 300 * Lab.PAGE;
        mmapInto(heap, stack, PRIVATE_ANON | Mman.MAP_FIXED | Mman.MAP_GROWSDOWN);
        assertThat(machine.brk(heap, Lab.A + 100 * Lab.PAGE)).as("within the stack guard gap").isEqualTo(Lab.A + 100);
        assertThat(machine.brk(heap, Lab.A + 43 * Lab.PAGE)).as("below it").isEqualTo(Lab.A + 43 * Lab.PAGE);
        assertThat(machine.brk(heap, Lab.A)).isEqualTo(Lab.A);
        assertThat(heap.vmas().size()).isEqualTo(1);
    }

    private void mmapInto(AddressSpace space, long address, int flags) {
        assertThat(machine.mmap(space, address, Lab.PAGE, 3, flags, null, 0)).isEqualTo(address);
    }

    private static List<List<Long>> mprotectWindows(KernelVersion version, KernelDesign design) {
        Lab lab = new Lab(Architecture.X86_64, version, design);
        int mm = lab.spawn();
        long start = 1L << 39;
        lab.mapAnonymous(mm, start, 4L << 30);
        lab.attach("guest", "kvm", mm, Map.of());
        lab.write(mm, start + (1L << 30) + (4L << 20) + Lab.PAGE, 1);
        lab.write(mm, start + (3L << 30), 1);
        Outcome outcome = lab.apply(new Operation.Mprotect(mm, start, 4L << 30, Set.of(Prot.PROT_READ)));
        return lab.rows(outcome).stream()
                .filter(row -> row.phase() == Phase.RANGE_START && row.subscriber() == EventSink.NO_SUBSCRIBER)
                .map(row -> List.of(row.start() - start, row.end() - start)).toList();
    }

    @Test
    void mprotectOfLinux63OpensAWindowPerGibibyteFromTheFirstPopulatedTwoMebibytes() {
        long gib = 1L << 30;
        assertThat(mprotectWindows(KernelVersion.V6_3, KernelDesign.LINUX_6_3))
                .containsExactly(List.of(gib + (4L << 20), 2 * gib), List.of(3 * gib, 4 * gib));
    }

    @Test
    void mprotectOfLinux612OpensOneWindowFromTheFirstPopulatedGibibyte() {
        long gib = 1L << 30;
        assertThat(mprotectWindows(KernelVersion.V6_12, KernelDesign.LINUX_6_6))
                .containsExactly(List.of(gib, 4 * gib));
    }
}
