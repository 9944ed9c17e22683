package io.mmulab.kernel.machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.failure.MemoryFailure;
import io.mmulab.kernel.fault.FaultFlags;
import io.mmulab.kernel.fault.FaultLog;
import io.mmulab.kernel.fault.PageFault;
import io.mmulab.kernel.fault.VmFault;
import io.mmulab.kernel.hugetlb.Hstate;
import io.mmulab.kernel.machine.Outcome.Fault;
import io.mmulab.kernel.machine.Outcome.Signal;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.mm.ResourceLimits;
import io.mmulab.kernel.secondary.AccessStatus;
import io.mmulab.kernel.secondary.DeviceCommand;
import io.mmulab.kernel.secondary.MemoryRegion;
import io.mmulab.kernel.secondary.SecondaryMmu;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.syscall.Mman;
import io.mmulab.kernel.vma.MappedFile;

/** Applies {@link Operation}s to a machine, one at a time, and says what each did. */
public final class Operations {
    private static final int STATUS_NOT_REACHED = -99;

    private final Machine machine;
    private final MemoryOperations memory;
    private @Nullable Signal signal;
    private @Nullable Integer value;
    private @Nullable AccessStatus deviceStatus;
    private @Nullable String resident;
    private @Nullable List<Integer> pageStatus;
    private @Nullable List<String> devicePages;

    /** For one machine. */
    public Operations(Machine machine) {
        this.machine = machine;
        this.memory = new MemoryOperations(machine);
    }

    /**
     * Applies one operation.
     *
     * @throws NoSuchObjectException if it names what is not there
     * @throws io.mmulab.kernel.syscall.NotSimulatedException if it asks for what is not built yet
     * @throws IllegalArgumentException if it makes no sense; in all three cases the machine is as before, but for the
     *         operation's number
     */
    public Outcome apply(Operation operation) {
        signal = null;
        value = null;
        deviceStatus = null;
        resident = null;
        pageStatus = null;
        devicePages = null;
        long number = machine.beginOperation();
        long firstEvent = machine.events().lastSequence() + 1;
        long began = machine.clock().now();
        long result = run(operation);
        machine.endOperation();
        FaultLog faults = machine.faults();
        return new Outcome(number, result, Errno.isError(result) ? Errno.nameOf(result) : null, signal, value,
                deviceStatus, faults(faults), faults.count(), memory.userfaults(), firstEvent,
                machine.events().lastSequence(), machine.clock().now() - began, resident, pageStatus, devicePages);
    }

    private long run(Operation operation) {
        machine.switchTo(runningProcess(operation));
        return switch (operation) {
            case Operation.Spawn op -> machine.spawn(op.startBrk()).id();
            case Operation.CreateFile op ->
                    machine.createFile(op.name(), op.kind(), op.pages(), op.writable(), op.cached()).id();
            case Operation.Mmap op -> mmap(op);
            case Operation.Munmap op -> machine.munmap(machine.addressSpace(op.mm()), op.address(), op.length());
            case Operation.Mprotect op ->
                    machine.mprotect(machine.addressSpace(op.mm()), op.address(), op.length(), Prot.bits(op.prot()));
            case Operation.Madvise op -> madvise(op);
            case Operation.Brk op -> machine.brk(machine.addressSpace(op.mm()), op.address());
            case Operation.Access op -> access(op);
            case Operation.Mremap op -> machine.mremap(machine.addressSpace(op.mm()), op.address(), op.oldLength(),
                    op.newLength(), RemapFlag.bits(op.flags()), op.newAddress());
            case Operation.Mlock op -> machine.mlock(machine.addressSpace(op.mm()), op.address(), op.length(),
                    op.onFault() ? Mman.MLOCK_ONFAULT : 0);
            case Operation.Munlock op -> machine.munlock(machine.addressSpace(op.mm()), op.address(), op.length());
            case Operation.Mlockall op ->
                    machine.mlockall(machine.addressSpace(op.mm()), LockFlag.bits(op.flags()));
            case Operation.Munlockall op -> machine.munlockall(machine.addressSpace(op.mm()));
            case Operation.Msync op -> machine.msync(machine.addressSpace(op.mm()), op.address(), op.length(),
                    SyncFlag.bits(op.flags()));
            case Operation.Mincore op -> mincore(op);
            case Operation.ProcessMadvise op -> machine.processMadvise(machine.addressSpace(op.mm()),
                    machine.addressSpace(op.target()), op.address(), op.length(), op.advice().number());
            case Operation.ShareAddressSpace op -> share(op);
            case Operation.SetLimit op -> setLimit(op);
            case Operation.SetRoot op -> setRoot(op);
            case Operation.SetOvercommit op -> setOvercommit(op);
            case Operation.Fork op -> fork(op);
            case Operation.Exec op -> machine.exec(machine.addressSpace(op.mm()), op.startBrk()).id();
            case Operation.Exit op -> exit(op);
            case Operation.AttachDevice op ->
                    machine.attach(op.name(), op.model(), machine.addressSpace(op.mm()), op.options());
            case Operation.DetachDevice op -> detach(op);
            case Operation.SetMemoryRegion op -> machine.device(op.device()).setMemoryRegion(new MemoryRegion(op.slot(),
                    op.guestAddress(), op.address(), op.length(), op.readOnly(), op.logDirty()));
            case Operation.DeviceAccess op -> deviceAccess(op);
            case Operation.CommandDevice op -> command(op);
            case Operation.ReapMemory op -> op.retry() ? machine.oomReaper().reapTask(machine.addressSpace(op.mm()))
                    : machine.oomReaper().release(machine.addressSpace(op.mm()));
            case Operation.Truncate op -> machine.files().truncate(machine.file(op.file()), op.pages());
            case Operation.PunchHole op ->
                    machine.files().punchHole(machine.file(op.file()), op.page(), op.pages());
            case Operation.Fsync op -> machine.files().fsync(machine.file(op.file()));
            case Operation.ReadFile op -> readFile(op);
            case Operation.WriteFile op ->
                    machine.files().write(machine.file(op.file()), op.page(), (byte) op.value());
            case Operation.KsmScan _ -> {
                machine.ksm().scan();
                yield 0;
            }
            case Operation.KsmUnmerge _ -> {
                machine.ksm().unmergeAll();
                yield 0;
            }
            case Operation.MovePages op -> movePages(op);
            case Operation.Mbind op -> machine.migration().mbind().bind(machine.addressSpace(op.mm()), op.address(),
                    op.length(), op.node());
            case Operation.Swap op -> machine.swap(op.on());
            case Operation.DrainLru _ -> machine.drainLru();
            case Operation.DropCaches _ -> machine.dropCaches();
            case Operation.FaultAround op -> machine.setFaultAround(op.bytes());
            case Operation.SetThp op -> machine.thpFiles().write(op.file(), op.value());
            case Operation.SetHugepages op -> setHugepages(op);
            case Operation.SetHugepagesOvercommit op -> setOvercommit(op);
            case Operation.DisableThp op -> disableThp(op);
            case Operation.RunOthers op -> runOthers(op);
            case Operation.OpenUserfaultfd op -> memory.open(op);
            case Operation.AnswerUserfaults op -> memory.answer(op);
            case Operation.RegisterUserfaults op -> memory.register(op);
            case Operation.UnregisterUserfaults op -> memory.unregister(op);
            case Operation.WriteProtectUserfaults op -> memory.writeProtect(op);
            case Operation.CopyUserfaultPages op -> memory.copy(op);
            case Operation.ZeroUserfaultPages op -> memory.zero(op);
            case Operation.MoveUserfaultPages op -> memory.move(op);
            case Operation.ClearRefs op -> memory.clearRefs(op);
            case Operation.ProcMem op -> remote(memory.procMem(op));
            case Operation.ProcessVm op -> remote(memory.processVm(op));
            case Operation.RegisterBuffer op -> memory.registerBuffer(op);
            case Operation.UnregisterBuffer op -> memory.unregisterBuffer(op);
        };
    }

    /** The address space of the process that runs an operation; 0 if it is a thread of the kernel. */
    private int runningProcess(Operation operation) {
        return switch (operation) {
            case Operation.InProcess process -> process.mm();
            case Operation.DeviceAccess op -> processOf(op.device());
            case Operation.SetMemoryRegion op -> processOf(op.device());
            default -> 0;
        };
    }

    private int processOf(String name) {
        SecondaryMmu device = machine.device(name);
        AddressSpace mm = device.runsInProcess() ? device.boundTo() : null;
        return mm == null ? 0 : mm.id();
    }

    private long setHugepages(Operation.SetHugepages op) {
        Hstate pool = pool(op.kilobytes());
        machine.hugetlb().pools().setSize(pool, op.pages());
        return pool.total() - pool.surplus();
    }

    private long setOvercommit(Operation.SetHugepagesOvercommit op) {
        machine.hugetlb().pools().setOvercommit(pool(op.kilobytes()), op.pages());
        return 0;
    }

    private Hstate pool(int kilobytes) {
        Hstate pool = machine.hugetlb().pools().ofSize((long) kilobytes << 10);
        if (pool == null) {
            throw new NoSuchObjectException("hugepages-" + kilobytes + "kB");
        }
        return pool;
    }

    private long mmap(Operation.Mmap op) {
        AddressSpace mm = machine.addressSpace(op.mm());
        String name = op.file();
        boolean anonymous = op.flags().contains(MapFlag.MAP_ANONYMOUS);
        if (anonymous == (name != null)) {
            throw new IllegalArgumentException(
                    anonymous ? "file must be absent with MAP_ANONYMOUS" : "file is required without MAP_ANONYMOUS");
        }
        MappedFile file = name == null ? null : machine.file(name);
        return machine.mmap(mm, op.address(), op.length(), Prot.bits(op.prot()), MapFlag.bits(op.flags()), file,
                op.offset());
    }

    private long readFile(Operation.ReadFile op) {
        MappedFile file = machine.file(op.file());
        long read = machine.files().read(file, op.page());
        value = machine.files().content(file, op.page()) & 0xff;
        return read;
    }

    private long access(Operation.Access op) {
        AddressSpace mm = machine.addressSpace(op.mm());
        Cpu cpu = machine.cpu(op.cpu());
        int result = cpu.accessByte(mm, op.address(), op.access(), (byte) op.value());
        if (VmFault.isError(result)) {
            signal = signal(result, op.address());
        } else {
            value = cpu.lastValue() & 0xff;
        }
        return 0;
    }

    private static String segvCode(int result) {
        if ((result & PageFault.PKUERR) != 0) {
            return "SEGV_PKUERR";
        }
        return (result & PageFault.ACCERR) != 0 ? "SEGV_ACCERR" : "SEGV_MAPERR";
    }

    private long madvise(Operation.Madvise op) {
        long result =
                machine.madvise(machine.addressSpace(op.mm()), op.address(), op.length(), op.advice().number());
        long killedAt = machine.memoryFailure().takeKilledAt();
        if (killedAt != MemoryFailure.NOBODY) {
            signal = failedMemory(killedAt);
        }
        return result;
    }

    private static Signal failedMemory(long address) {
        return new Signal("SIGBUS", "BUS_MCEERR_AR", address);
    }

    private static Signal signal(int result, long address) {
        if ((result & (VmFault.HWPOISON | VmFault.HWPOISON_LARGE)) != 0) {
            return failedMemory(address);
        }
        if ((result & VmFault.SIGSEGV) != 0) {
            return new Signal("SIGSEGV", segvCode(result), address);
        }
        return (result & VmFault.SIGBUS) != 0 ? new Signal("SIGBUS", "BUS_ADRERR", address)
                : new Signal("SIGKILL", "OOM", address);
    }

    private long runOthers(Operation.RunOthers op) {
        machine.cpu(op.cpu()).evictTlb();
        return 0;
    }

    private long remote(long result) {
        value = Errno.isError(result) ? null : memory.lastValue();
        return result;
    }

    private long movePages(Operation.MovePages op) {
        long[] addresses = new long[op.pages()];
        int[] status = new int[op.pages()];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = op.address() + i * op.stride();
            status[i] = STATUS_NOT_REACHED;
        }
        long result = machine.migration().movePages().move(machine.addressSpace(op.mm()), addresses, op.node(), status);
        pageStatus = Arrays.stream(status).boxed().toList();
        return result;
    }

    private long mincore(Operation.Mincore op) {
        StringBuilder pages = new StringBuilder();
        long result = machine.mincore(machine.addressSpace(op.mm()), op.address(), op.length(),
                there -> pages.append(there ? '1' : '0'));
        resident = pages.toString();
        return result;
    }

    private long fork(Operation.Fork op) {
        AddressSpace child = machine.fork(machine.addressSpace(op.mm()));
        return child == null ? Errno.ENOMEM.returned() : child.id();
    }

    private long share(Operation.ShareAddressSpace op) {
        machine.share(machine.addressSpace(op.mm()));
        return 0;
    }

    private long setLimit(Operation.SetLimit op) {
        ResourceLimits limits = machine.addressSpace(op.mm()).limits();
        if (op.bytes() < -1) {
            throw new IllegalArgumentException("bytes is less than -1");
        }
        long bytes = op.bytes() < 0 ? ResourceLimits.INFINITY : op.bytes();
        switch (op.resource()) {
            case RLIMIT_AS -> limits.setAddressSpace(bytes);
            case RLIMIT_DATA -> limits.setData(bytes);
            case RLIMIT_STACK -> limits.setStack(bytes);
            case RLIMIT_MEMLOCK -> limits.setMemlock(bytes);
        }
        return 0;
    }

    private long setRoot(Operation.SetRoot op) {
        machine.addressSpace(op.mm()).limits().setPrivileged(op.root());
        return 0;
    }

    private long setOvercommit(Operation.SetOvercommit op) {
        if (op.ratio() < 0) {
            throw new IllegalArgumentException("ratio is negative");
        }
        machine.overcommit().set(op.mode(), op.ratio());
        return 0;
    }

    private long exit(Operation.Exit op) {
        machine.exit(machine.addressSpace(op.mm()));
        return 0;
    }

    private long detach(Operation.DetachDevice op) {
        machine.detach(op.device());
        return 0;
    }

    private long disableThp(Operation.DisableThp op) {
        machine.addressSpace(op.mm()).disableThp(op.disable());
        return 0;
    }

    private long deviceAccess(Operation.DeviceAccess op) {
        if (op.access() == AccessKind.EXEC) {
            throw new IllegalArgumentException("a device reads or writes");
        }
        SecondaryMmu device = machine.device(op.device());
        deviceStatus = device.access(op.address(), op.access() == AccessKind.WRITE, (byte) op.value());
        if (deviceStatus == AccessStatus.OK) {
            value = device.lastValue() & 0xff;
        } else if (deviceStatus == AccessStatus.HWPOISON && device.runsInProcess()) {
            signal = failedMemory(device.reportedAddress(op.address()));
        }
        return 0;
    }

    private long command(Operation.CommandDevice op) {
        SecondaryMmu device = machine.device(op.device());
        int result = device.command(op.command(), op.address(), op.length(), (byte) op.value());
        if (op.command() == DeviceCommand.SNAPSHOT && result >= 0) {
            devicePages = device.lastSnapshot();
        }
        if (op.command() == DeviceCommand.ATOMIC && result > 0) {
            value = device.lastValue() & 0xff;
        }
        return result;
    }

    private static List<Fault> faults(FaultLog log) {
        List<Fault> faults = new ArrayList<>(log.kept());
        for (int i = 0; i < log.kept(); i++) {
            faults.add(new Fault(log.mm(i), log.address(i), kind(log.flags(i)), log.path(i), log.path(i).function(),
                    (log.result(i) & VmFault.MAJOR) != 0, name(log.result(i))));
        }
        return faults;
    }

    private static AccessKind kind(int flags) {
        if ((flags & FaultFlags.WRITE) != 0) {
            return AccessKind.WRITE;
        }
        return (flags & FaultFlags.INSTRUCTION) != 0 ? AccessKind.EXEC : AccessKind.READ;
    }

    private static String name(int result) {
        if ((result & VmFault.SIGSEGV) != 0) {
            return "SIGSEGV";
        }
        if ((result & (VmFault.SIGBUS | VmFault.HWPOISON | VmFault.HWPOISON_LARGE)) != 0) {
            return "SIGBUS";
        }
        return (result & VmFault.OOM) != 0 ? "OOM" : "OK";
    }
}
