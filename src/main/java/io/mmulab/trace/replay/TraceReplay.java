package io.mmulab.trace.replay;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.fault.FaultPath;
import io.mmulab.kernel.fault.VmFault;
import io.mmulab.kernel.machine.AccessKind;
import io.mmulab.kernel.machine.Cpu;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.secondary.SecondaryMmu;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.syscall.Mman;
import io.mmulab.kernel.syscall.NotSimulatedException;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;
import io.mmulab.trace.RecordKind;
import io.mmulab.trace.TraceBatch;
import io.mmulab.trace.replay.ReplayedProcess.SharedSpace;

/**
 * Plays a trace on one machine. Each record is one operation, numbered by its line.
 *
 * <p>Placement: a mapping goes where the recording had it (its result is passed as the hint). Files: the trace names
 * descriptors, not files; a mapping from offset 0 that is not MAP_FIXED starts a new file, others belong to the file that
 * its descriptor stood for last. Every file is in the page cache and long enough.
 *
 * <p>Touch rule: a trace without accesses would fault nowhere. Until the first access of a trace, each new mapping is touched
 * on its first 16 pages (written if it is private and writable, else read if readable), and with each of its records a
 * process writes one page of its working set, the 16 private pages that it touched last, in turn.
 *
 * <p>The device is bound to the first process; when that one executes a new program, the device is bound to the new address
 * space.
 */
public final class TraceReplay {
    /** Name of the device in every machine of a replay. */
    public static final String DEVICE = "device";
    private static final byte CPU_BYTE = (byte) 0xc0;
    private static final int TOUCHED_PAGES = 16;
    /** No instruction reaches further; a longer access in a trace is cut. */
    private static final long MAX_ACCESS_BYTES = 64 << 10;
    /** Pages of page tables that a replay may need: 64 MiB. */
    private static final int MAX_PAGE_TABLES = 16_384;
    /** Implicit mappings that one call may cause, in bytes. */
    private static final long MAX_IMPLICIT_BYTES = 64L << 20;
    private static final int ALL_RIGHTS = Mman.PROT_READ | Mman.PROT_WRITE | Mman.PROT_EXEC;

    private final Machine machine;
    private final Cpu cpu;
    private final DeviceChoice choice;
    private final DeviceDriver driver;
    private final ReplayNotes notes = new ReplayNotes();
    private final Map<Integer, ReplayedProcess> processes = new HashMap<>();
    private @Nullable ReplayedProcess last;
    private int lastPid;
    private @Nullable ReplayedProcess root;
    private @Nullable SecondaryMmu device;
    private boolean accessesSeen;
    private long records;
    private long accesses;
    private long refused;
    private int files;

    /** A replay on a machine without processes and devices. */
    public TraceReplay(Machine machine, DeviceChoice choice, DeviceWorkload workload, long seed) {
        this.machine = machine;
        this.cpu = machine.cpu(0);
        this.choice = choice;
        this.driver = workload.driver(seed);
    }

    /** Plays the records of a batch. */
    public void play(TraceBatch batch) {
        byte fetch = RecordKind.FETCH.code();
        byte modify = RecordKind.MODIFY.code();
        for (int i = 0; i < batch.size; i++) {
            machine.beginOperation(batch.line[i]);
            ReplayedProcess process = process(batch.pid[i]);
            byte kind = batch.kind[i];
            if (kind >= fetch && kind <= modify) {
                accessesSeen = true;
                playAccess(process, batch, i);
            } else {
                playCall(process, batch, i);
            }
            SecondaryMmu bound = device;
            if (bound != null) {
                driver.tick(bound);
            }
            machine.endOperation();
        }
        records += batch.size;
        boundPageTables();
    }

    private void boundPageTables() {
        long tables = 0;
        for (AddressSpace mm : machine.addressSpaces()) {
            tables += mm.isAlive() ? mm.pageTable().liveTables() : 0;
        }
        if (tables > MAX_PAGE_TABLES) {
            throw new IllegalArgumentException(
                    "the trace touches memory so sparsely that its page tables take more than "
                            + MAX_PAGE_TABLES + " pages");
        }
    }

    /** What came of it so far. */
    public ReplayReport report() {
        Map<String, Long> faults = new LinkedHashMap<>();
        for (FaultPath path : FaultPath.values()) {
            faults.put(path.name(), machine.faults().total(path));
        }
        return new ReplayReport(records, accesses, faults, refused, driver.accesses(), notes.implicitPages(),
                notes.implicit(machine.spec().architecture().pageSize()), notes.differenceCount(), notes.differences(),
                notes.notReplayed());
    }

    // --- processes ---

    private ReplayedProcess process(int pid) {
        ReplayedProcess cached = last;
        if (cached != null && pid == lastPid) {
            return cached;
        }
        ReplayedProcess found = processes.get(pid);
        if (found == null) {
            found = new ReplayedProcess(new SharedSpace(machine.spawn(0)), null);
            processes.put(pid, found);
            if (root == null) {
                root = found;
                bindDevice(found.space.mm);
            }
        }
        last = found;
        lastPid = pid;
        return found;
    }

    private void bindDevice(AddressSpace mm) {
        if (device != null) {
            machine.detach(DEVICE);
        }
        int id = machine.attach(DEVICE, choice.model(), mm, choice.options());
        if (id < 0) {
            throw new IllegalArgumentException(
                    choice.model() + " was refused with " + Errno.nameOf(id) + " under "
                            + machine.spec().design().name());
        }
        device = machine.device(DEVICE);
        driver.rebound();
    }

    private void fork(ReplayedProcess parent, int child) {
        AddressSpace copy = machine.fork(parent.space.mm);
        if (copy == null) {
            throw new IllegalStateException("the machine has no room for a fork that the traced one had room for");
        }
        processes.put(child, new ReplayedProcess(new SharedSpace(copy), parent));
        if (isDevices(parent.space.mm)) {
            driver.forked();
        }
    }

    private void share(ReplayedProcess parent, int child) {
        parent.space.users++;
        processes.put(child, new ReplayedProcess(parent.space, parent));
    }

    private void exec(ReplayedProcess process) {
        SharedSpace old = process.space;
        process.space = new SharedSpace(machine.spawn(0));
        process.forget();
        if (process == root) {
            bindDevice(process.space.mm);
        }
        leave(old);
    }

    private void exit(ReplayedProcess process, int pid) {
        leave(process.space);
        processes.remove(pid);
        last = null;
    }

    private void leave(SharedSpace space) {
        if (--space.users == 0) {
            SecondaryMmu bound = device;
            if (bound != null && isDevices(space.mm)) {
                machine.detach(DEVICE);
                device = null;
            }
            machine.exit(space.mm);
        }
    }

    private boolean isDevices(AddressSpace mm) {
        SecondaryMmu bound = device;
        return bound != null && bound.boundTo() == mm;
    }

    // --- accesses ---

    private void playAccess(ReplayedProcess process, TraceBatch batch, int i) {
        AddressSpace mm = process.space.mm;
        long address = batch.address[i];
        byte kind = batch.kind[i];
        if (kind == RecordKind.FETCH.code()) {
            accessAll(mm, address, batch.length[i], AccessKind.EXEC);
            return;
        }
        if (kind != RecordKind.STORE.code()) {
            accessAll(mm, address, batch.length[i], AccessKind.READ);
        }
        if (kind != RecordKind.LOAD.code()) {
            accessAll(mm, address, batch.length[i], AccessKind.WRITE);
        }
    }

    /** One access to each page that the bytes reach. */
    private void accessAll(AddressSpace mm, long address, long length, AccessKind kind) {
        access(mm, address, kind);
        long bytes = Math.clamp(length, 1, MAX_ACCESS_BYTES);
        long lastPage = (address + bytes - 1) & -mm.pageSize();
        for (long page = (address & -mm.pageSize()) + mm.pageSize(); page <= lastPage; page += mm.pageSize()) {
            access(mm, page, kind);
        }
    }

    private void access(AddressSpace mm, long address, AccessKind kind) {
        long before = machine.faults().count();
        accesses++;
        int result = cpu.access(mm, address, kind, CPU_BYTE);
        if (machine.faults().count() == before) {
            return;
        }
        if (VmFault.isError(result) && mm.vmas().lookup(address) == null) {
            result = mapAndRetry(mm, address, kind);
        }
        if (VmFault.isError(result)) {
            refused++;
        } else if (isDevices(mm)) {
            driver.cpuFaulted(address & -mm.pageSize(), kind == AccessKind.WRITE);
        }
    }

    private int mapAndRetry(AddressSpace mm, long address, AccessKind kind) {
        long page = address & -mm.pageSize();
        long mapped = machine.mmap(mm, page, mm.pageSize(), ALL_RIGHTS,
                Mman.MAP_PRIVATE | Mman.MAP_ANONYMOUS | Mman.MAP_FIXED_NOREPLACE, null, 0);
        if (Errno.isError(mapped)) {
            return VmFault.SIGSEGV;
        }
        notes.implicitMapping(page);
        return cpu.access(mm, address, kind, CPU_BYTE);
    }

    // --- system calls ---

    private void playCall(ReplayedProcess process, TraceBatch batch, int i) {
        RecordKind kind = batch.kindOf(i);
        long result = batch.result[i];
        int pid = batch.pid[i];
        switch (kind) {
            case FORK -> fork(process, (int) result);
            case CLONE_VM -> share(process, (int) result);
            case EXIT -> exit(process, pid);
            case EXECVE -> {
                if (result == 0) {
                    exec(process);
                }
            }
            default -> {
                if (Errno.isError(result)) {
                    notes.notReplayed(kind + " that failed with " + Errno.nameOf(result));
                } else {
                    playMemoryCall(process, batch, i, kind);
                }
            }
        }
        if (!accessesSeen && kind != RecordKind.EXIT) {
            touchWorkingSet(process);
        }
    }

    private void playMemoryCall(ReplayedProcess process, TraceBatch batch, int i, RecordKind kind) {
        AddressSpace mm = process.space.mm;
        long address = batch.address[i];
        long length = batch.length[i];
        long result = batch.result[i];
        try {
            long simulated = switch (kind) {
                case MMAP -> mmap(process, batch, i);
                case MUNMAP -> machine.munmap(mm, address, length);
                case MPROTECT -> machine.mprotect(mm, address, length, batch.prot[i]);
                case MADVISE -> machine.madvise(mm, address, length, batch.flags[i]);
                case BRK -> brk(process, address, result);
                default -> throw new NotSimulatedException(kind.name());
            };
            if (simulated == Errno.ENOMEM.returned() && kind == RecordKind.MPROTECT) {
                simulated = mprotectOfUnknown(mm, address, length, batch.prot[i]);
            }
            notes.compare(batch.line[i], kind.name(), result, simulated);
        } catch (NotSimulatedException e) {
            notes.notReplayed(kind.name());
        }
    }

    /** The recording changed rights of what the trace does not show being mapped (the program's own segments). */
    private long mprotectOfUnknown(AddressSpace mm, long address, long length, int prot) {
        if (Long.compareUnsigned(length, MAX_IMPLICIT_BYTES) > 0) {
            return Errno.ENOMEM.returned();
        }
        for (long page = address; page < address + length; page += mm.pageSize()) {
            if (mm.vmas().lookup(page) == null) {
                long mapped = machine.mmap(mm, page, mm.pageSize(), ALL_RIGHTS,
                        Mman.MAP_PRIVATE | Mman.MAP_ANONYMOUS | Mman.MAP_FIXED_NOREPLACE, null, 0);
                if (Errno.isError(mapped)) {
                    return mapped;
                }
                notes.implicitMapping(page);
            }
        }
        return machine.mprotect(mm, address, length, prot);
    }

    private long mmap(ReplayedProcess process, TraceBatch batch, int i) {
        AddressSpace mm = process.space.mm;
        int flags = batch.flags[i];
        boolean fixed = (flags & (Mman.MAP_FIXED | Mman.MAP_FIXED_NOREPLACE)) != 0;
        MappedFile file = (flags & Mman.MAP_ANONYMOUS) != 0 ? null
                : file(process, batch.fd[i], batch.offset[i], batch.length[i], fixed);
        long at = machine.mmap(mm, fixed ? batch.address[i] : batch.result[i], batch.length[i], batch.prot[i],
                flags & ~(Mman.MAP_LOCKED | Mman.MAP_POPULATE), file, batch.offset[i]);
        if (!accessesSeen && !Errno.isError(at)) {
            touchNew(process, at, batch.length[i], batch.prot[i], (flags & Mman.MAP_TYPE) == Mman.MAP_PRIVATE);
        }
        return at;
    }

    private MappedFile file(ReplayedProcess process, int fd, long offset, long length, boolean fixed) {
        MappedFile known = process.fileOfDescriptor.get(fd);
        if (known == null || (offset == 0 && !fixed)) {
            files++;
            known = machine.createFile("fd" + fd + "#" + files, MappedFile.Kind.DISK, 0, true, true);
            process.fileOfDescriptor.put(fd, known);
        }
        long pageSize = process.space.mm.pageSize();
        known.growTo((offset + length + pageSize - 1) / pageSize);
        return known;
    }

    private long brk(ReplayedProcess process, long address, long recorded) {
        AddressSpace mm = process.space.mm;
        if (mm.startBrk() == 0) {
            mm.startBrkAt(address == 0 ? recorded : Math.min(address, recorded));
        }
        long old = mm.brk();
        long now = machine.brk(mm, address);
        if (!accessesSeen && now > old) {
            long page = (old + mm.pageSize() - 1) & -mm.pageSize();
            touchNew(process, page, now - page, Mman.PROT_READ | Mman.PROT_WRITE, true);
        }
        return now;
    }

    // --- the touch rule ---

    private void touchNew(ReplayedProcess process, long start, long length, int prot, boolean isPrivate) {
        AddressSpace mm = process.space.mm;
        boolean write = (prot & Mman.PROT_WRITE) != 0;
        if (!write && (prot & Mman.PROT_READ) == 0) {
            return;
        }
        long pages = Math.min(TOUCHED_PAGES, (length + mm.pageSize() - 1) / mm.pageSize());
        for (long page = 0; page < pages; page++) {
            long address = start + page * mm.pageSize();
            access(mm, address, write && isPrivate ? AccessKind.WRITE : AccessKind.READ);
            if (write && isPrivate) {
                process.remember(address);
            }
        }
    }

    private void touchWorkingSet(ReplayedProcess process) {
        long page = process.nextPage();
        AddressSpace mm = process.space.mm;
        if (page >= 0 && mayWrite(mm, page)) {
            access(mm, page, AccessKind.WRITE);
        }
    }

    private static boolean mayWrite(AddressSpace mm, long page) {
        Vma vma = mm.vmas().lookup(page);
        return vma != null && vma.has(VmFlags.WRITE);
    }
}
