package io.mmulab.scenario;

import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.AccessKind;
import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.kernel.vma.MappedFile;

/**
 * The part of a process's address space that is the recording driver's own: its code, data, stack, and the memory that it
 * shares with the controller. A recording shows it only through what happens to the whole address space: fork and exit
 * work on it too, and mappings without an address are placed below it. The places are the driver's, without address
 * randomization; from the top of the mapping area down: vdso, output buffer, shared memory, trace buffer.
 *
 * <p>What the flushes at exit look like depends on whether the process wrote to the shared memory, which it does with
 * each operation that it runs.
 */
final class DriverSpace {
    /** Where the program break begins. */
    static final long START_BRK = 0x500000L;

    private static final int CPU = 0;
    private static final String PROGRAM = "/run/oracle/mmdrv";
    private static final long PAGE = 4096;
    private static final long STACK_GAP = 128L << 20;
    private static final long TEXT = 0x400000L;
    private static final long TEXT_BYTES = 0xa0000L;
    private static final long DATA_BYTES = 0x20000L;
    private static final long STACK_BYTES = 0x21000L;
    /** malloc of 1 MiB, with a page for its header. */
    private static final long OUTPUT_BYTES = 0x101000L;
    /** {@code struct shm}. */
    private static final long SHARED_BYTES = 0x4000L;
    /** malloc of 32 MiB, with a page for its header. */
    private static final long TRACE_BYTES = 0x2001000L;

    /** As many as a script is likely to unmap by mistake. */
    private static final int TRACE_PAGES_USED = 23;

    private static final long GUEST_CODE = 0xe0000000L;
    private static final int GUEST_CODE_SLOT = 31;

    private final ScenarioPlayer player;
    private final long stackTop;
    private final long vdso;
    private final long shared;
    /** {@code KVM_GET_VCPU_MMAP_SIZE}: kvm_run, on x86-64 a page for port I/O, and the ring of coalesced MMIO. */
    private final long runBytes;

    DriverSpace(ScenarioPlayer player, MachineSpec spec) {
        this.player = player;
        this.stackTop = spec.architecture().taskSize();
        this.vdso = stackTop - STACK_GAP - vdsoBytes(spec);
        this.runBytes = (ScenarioPlayer.isX86(spec) ? 3 : 2) * PAGE;
        this.shared = vdso - OUTPUT_BYTES - SHARED_BYTES;
    }

    /** vvar and vdso together, as the recordings of maps that move without an address show. */
    private static long vdsoBytes(MachineSpec spec) {
        boolean x86 = ScenarioPlayer.isX86(spec);
        return switch (spec.version().name()) {
            case "6.1", "6.3", "6.6" -> x86 ? 0x6000L : 0x3000L;
            case "6.12" -> x86 ? 0x6000L : 0x4000L;
            default -> x86 ? 0x8000L : 0x6000L;
        };
    }

    /** Maps it in the controller, whose child the first process is: so no new mapping of a process joins any of these. */
    int fork(int controller) {
        map(controller);
        int mm = (int) player.apply(new Operation.Fork(controller)).result();
        startProcess(mm);
        useTrace(controller);
        return mm;
    }

    private void map(int mm) {
        player.apply(new Operation.CreateFile(PROGRAM, MappedFile.Kind.DISK, (TEXT_BYTES + DATA_BYTES) / PAGE, false,
                true));
        Set<Prot> code = EnumSet.of(Prot.PROT_READ, Prot.PROT_EXEC);
        Set<Prot> data = EnumSet.of(Prot.PROT_READ, Prot.PROT_WRITE);
        map(mm, TEXT, TEXT_BYTES, code, EnumSet.of(MapFlag.MAP_PRIVATE), PROGRAM, 0);
        map(mm, TEXT + TEXT_BYTES, DATA_BYTES, data, EnumSet.of(MapFlag.MAP_PRIVATE), PROGRAM, TEXT_BYTES);
        map(mm, stackTop - STACK_BYTES, STACK_BYTES, data,
                EnumSet.of(MapFlag.MAP_PRIVATE, MapFlag.MAP_ANONYMOUS, MapFlag.MAP_GROWSDOWN), null, 0);
        EnumSet<MapFlag> anonymous = EnumSet.of(MapFlag.MAP_PRIVATE, MapFlag.MAP_ANONYMOUS);
        map(mm, vdso, stackTop - STACK_GAP - vdso, code, anonymous, null, 0);
        map(mm, vdso - OUTPUT_BYTES, OUTPUT_BYTES, data, anonymous, null, 0);
        map(mm, shared, SHARED_BYTES, data, EnumSet.of(MapFlag.MAP_SHARED, MapFlag.MAP_ANONYMOUS), null, 0);
        map(mm, shared - TRACE_BYTES, TRACE_BYTES, data, anonymous, null, 0);
        touch(mm, TEXT, AccessKind.EXEC);
        touch(mm, TEXT + TEXT_BYTES, AccessKind.WRITE);
        touch(mm, vdso - OUTPUT_BYTES, AccessKind.WRITE);
        useTrace(mm);
    }

    private void useTrace(int mm) {
        for (int page = 0; page < TRACE_PAGES_USED; page++) {
            touch(mm, shared - TRACE_BYTES + page * PAGE, AccessKind.WRITE);
        }
    }

    /**
     * What a process does before it takes its first operation. Parent and child copy more pages than a batch of the LRU
     * holds: all pages of the recordings are on a list after a fork.
     */
    void startProcess(int mm) {
        touch(mm, stackTop - PAGE, AccessKind.WRITE);
        touch(mm, shared, AccessKind.READ);
        player.apply(new Operation.DrainLru());
    }

    /** A process notes the result of an operation; before, the controller has read the state of all processes. */
    void runOperation(int mm) {
        player.apply(new Operation.RunOthers(CPU));
        touch(mm, shared, AccessKind.WRITE);
    }

    /**
     * A page of code for the guest, its memory slot, and the pages that the process shares with KVM.
     *
     * @return where those pages are
     */
    long startGuest(int mm, String device) {
        long code = player.apply(new Operation.Mmap(mm, 0, PAGE, EnumSet.allOf(Prot.class),
                EnumSet.of(MapFlag.MAP_PRIVATE, MapFlag.MAP_ANONYMOUS), null, 0)).result();
        touch(mm, code, AccessKind.WRITE);
        player.apply(new Operation.SetMemoryRegion(device, GUEST_CODE_SLOT, GUEST_CODE, code, PAGE, false, false));
        String vcpu = "anon_inode:kvm-vcpu:" + device;
        player.apply(new Operation.CreateFile(vcpu, MappedFile.Kind.DRIVER, runBytes / PAGE, true, true));
        return player.apply(new Operation.Mmap(mm, 0, runBytes, EnumSet.of(Prot.PROT_READ, Prot.PROT_WRITE),
                EnumSet.of(MapFlag.MAP_SHARED), vcpu, 0)).result();
    }

    /** Before each run the process sets {@code kvm_run::immediate_exit}. */
    void prepareRun(int mm, long run) {
        touch(mm, run + 1, AccessKind.WRITE);
    }

    /** The process does not need those pages any more. */
    void endGuest(int mm, long run) {
        player.apply(new Operation.Munmap(mm, run, runBytes));
    }

    /** Each run of a guest fetches its two instructions. */
    void fetchGuestCode(String device) {
        player.apply(new Operation.DeviceAccess(device, GUEST_CODE, AccessKind.READ, 0));
    }

    private void map(int mm, long start, long length, Set<Prot> prot, EnumSet<MapFlag> flags, @Nullable String file,
            long offset) {
        EnumSet<MapFlag> all = EnumSet.copyOf(flags);
        all.add(MapFlag.MAP_FIXED_NOREPLACE);
        player.apply(new Operation.Mmap(mm, start, length, prot, all, file, offset));
    }

    private void touch(int mm, long address, AccessKind kind) {
        player.apply(new Operation.Access(mm, CPU, address, kind, 1));
    }
}
