package io.mmulab.kernel.machine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.coherence.Audit;
import io.mmulab.kernel.coherence.Checker;
import io.mmulab.kernel.coherence.CoherenceAudit;
import io.mmulab.kernel.coherence.Finding;
import io.mmulab.kernel.coherence.RuleWatch;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.kernel.event.EventLog;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.event.Tracer;
import io.mmulab.kernel.failure.InjectError;
import io.mmulab.kernel.failure.MemoryFailure;
import io.mmulab.kernel.failure.PoisonedFrames;
import io.mmulab.kernel.failure.SoftOffline;
import io.mmulab.kernel.failure.Victims;
import io.mmulab.kernel.fault.FaultHandler;
import io.mmulab.kernel.fault.FaultLog;
import io.mmulab.kernel.fault.PageFault;
import io.mmulab.kernel.gup.FixedBuffers;
import io.mmulab.kernel.gup.GetUserPages;
import io.mmulab.kernel.gup.RemoteAccess;
import io.mmulab.kernel.hmm.HmmRangeFault;
import io.mmulab.kernel.hugetlb.Hstate;
import io.mmulab.kernel.hugetlb.Hugetlb;
import io.mmulab.kernel.hugetlb.HugetlbMappings;
import io.mmulab.kernel.hugetlb.HugetlbPools;
import io.mmulab.kernel.khugepaged.MadviseCollapse;
import io.mmulab.kernel.ksm.Ksm;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.migrate.Migration;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.mm.Overcommit;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.FrameHolder;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.HugePteOps;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.pgtable.PmdOps;
import io.mmulab.kernel.proc.ClearRefs;
import io.mmulab.kernel.proc.Pagemap;
import io.mmulab.kernel.proc.Smaps;
import io.mmulab.kernel.reclaim.Reclaim;
import io.mmulab.kernel.reclaim.SplitFolio;
import io.mmulab.kernel.rmap.Rmap;
import io.mmulab.kernel.rmap.Writeback;
import io.mmulab.kernel.secondary.DeviceFactory;
import io.mmulab.kernel.secondary.MmuServices;
import io.mmulab.kernel.secondary.SecondaryMmu;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.syscall.ChangeProtection;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.syscall.ExpandStack;
import io.mmulab.kernel.syscall.FileCalls;
import io.mmulab.kernel.syscall.HugeMoves;
import io.mmulab.kernel.syscall.Madv;
import io.mmulab.kernel.syscall.Mincore;
import io.mmulab.kernel.syscall.Mman;
import io.mmulab.kernel.syscall.OomReaper;
import io.mmulab.kernel.syscall.Syscalls;
import io.mmulab.kernel.syscall.UnmapMapping;
import io.mmulab.kernel.syscall.ZapPages;
import io.mmulab.kernel.thp.HugePmds;
import io.mmulab.kernel.thp.SplitHugePmd;
import io.mmulab.kernel.thp.ThpOrders;
import io.mmulab.kernel.thp.ThpSettings;
import io.mmulab.kernel.tlb.CpuTlb;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.tlb.TlbFlush;
import io.mmulab.kernel.tlb.UnmapBatch;
import io.mmulab.kernel.uffd.MfillAtomic;
import io.mmulab.kernel.uffd.MovePages;
import io.mmulab.kernel.uffd.UserfaultLog;
import io.mmulab.kernel.uffd.UserfaultRegistration;
import io.mmulab.kernel.uffd.Userfaultfd;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmaTree;

/**
 * One simulated computer. Deterministic: the same spec and the same calls give the same state and the same events, to the
 * bit. Not safe for use by two threads at once.
 *
 * <p>Two ways in: {@link Operations} applies {@link Operation}s and answers with outcomes; a replay calls the methods here
 * with primitives, framed by {@link #beginOperation()} and {@link #endOperation()}.
 */
public final class Machine {
    /** Address spaces that a machine can have in its life: the ASIDs of its TLBs. */
    public static final int MAX_ADDRESS_SPACES = 65_535;

    /** Memory nodes, as on the recorded machines; CPUs are on node 0. */
    private static final int MEMORY_NODES = 2;

    private final MachineSpec spec;
    private final SimulatedClock clock = new SimulatedClock();
    private final CurrentActor current = new CurrentActor();
    private final FaultLog faultLog = new FaultLog();
    private final Tracer tracer = new Tracer();
    private final EventLog events;
    private final Checker checker;
    private final MmuNotifiers notifiers;
    private final TlbFlush tlb;
    private final PageTableOps ops;
    private final Frames frames;
    private final Lru lru;
    private final SwapArea swap;
    private final Hugetlb hugetlb;
    private final ThpFiles thpFiles;
    private final SplitHugePmd split;
    private final ThpOrders thpOrders;
    private final MmuServices services;
    private final DeviceFactory deviceFactory;
    private final Overcommit overcommit;
    private final Syscalls calls;
    private final FileCalls fileCalls;
    private final OomReaper oomReaper;
    private final Ksm ksm;
    private final FaultHandler faultHandler;
    private final Reclaim reclaim;
    private final Migration migration;
    private final MemoryFailure memoryFailure;
    private final UserMemory userMemory;
    private final Cpu[] cpus;
    private final List<AddressSpace> spaces = new ArrayList<>();
    private final Map<String, MappedFile> files = new LinkedHashMap<>();
    private final Map<String, SecondaryMmu> devices = new LinkedHashMap<>();
    private @Nullable RuleWatch watch;
    private final List<MappedFile> unmapped = new ArrayList<>();
    private int nextFile = 1;
    private int nextDevice = 1;
    private long operations;

    /** A machine without processes. */
    public Machine(MachineSpec spec, DeviceFactory deviceFactory, EventConsumer consumer) {
        this.spec = spec;
        this.deviceFactory = deviceFactory;
        Architecture arch = spec.architecture();
        events = new EventLog(clock, consumer);
        checker = new Checker(events, current);
        notifiers =
                new MmuNotifiers(spec.design(), spec.version(), events, tracer, checker, current, clock,
                        arch.costs().notifierCall());
        tlb =
                new TlbFlush(arch, spec.version(), spec.design(), notifiers, events, tracer, current, clock,
                        spec.cpus());
        frames = new Frames(spec.memoryPages(), arch.paging().pmdOrder());
        ops = new PageTableOps(arch, spec.version(), spec.design(), tlb, notifiers, checker, frames, current, tracer);
        PmdOps pmds =
                new PmdOps(arch, spec.version(), spec.design(), tlb, notifiers, checker, current, tracer);
        lru = new Lru(spec.version(), frames);
        swap = new SwapArea(frames);
        overcommit = new Overcommit(spec.memoryPages());
        ThpSettings thpSettings = new ThpSettings(arch, spec.version());
        thpFiles = new ThpFiles(thpSettings, arch.pageSize());
        thpOrders = new ThpOrders(thpSettings, spec.version());
        split = new SplitHugePmd(spec.version(), pmds, frames, notifiers, current);
        FaultHandler handler = new FaultHandler(arch, spec.version(), spec.design(), ops, pmds, split, thpOrders,
                frames, lru, swap, notifiers, current, clock);
        ExpandStack stackGrowth = new ExpandStack(overcommit);
        PageFault faults =
                new PageFault(handler, faultLog, current, spec.version().has(VersionRule.PER_VMA_LOCK),
                        arch.entries().fetchFaultNeedsExec(),
                        stackGrowth, tracer);
        MmuGather gather = new MmuGather(arch, spec.design(), tlb, notifiers, frames);
        HugePmds huge = new HugePmds(arch, spec.version(), pmds, gather, frames, current);
        HugePteOps hugePtes =
                new HugePteOps(arch, spec.version(), spec.design(), tlb, notifiers, checker, current, tracer);
        hugetlb =
                new Hugetlb(arch, spec.version(), spec.design(), new HugetlbPools(arch, frames, MEMORY_NODES), hugePtes,
                        new MmuGather(arch, spec.design(), tlb, notifiers, frames), gather,
                        new HugetlbMappings(this::spaceOf), notifiers, frames, handler, current, clock);
        ZapPages zap = new ZapPages(spec.version(), ops, huge, split, hugetlb, gather, frames, lru,
                swap, current);
        ChangeProtection changeProtection =
                new ChangeProtection(arch, spec.version(), ops, huge, split, hugetlb, gather,
                        notifiers, frames, current);
        GetUserPages gup = new GetUserPages(arch, spec.version(), ops, pmds, faults, frames, lru, current);
        calls = new Syscalls(
                new Syscalls.Parts(arch, spec.version(), ops, huge, split, hugetlb, frames, swap, notifiers, tlb,
                        gather, zap,
                        gup, changeProtection, overcommit, current, clock));
        faultHandler = handler;
        Rmap rmap = new Rmap(frames, this::spaceOf);
        Writeback writeback = new Writeback(rmap, ops, notifiers, frames, current);
        fileCalls = new FileCalls(new UnmapMapping(zap, gather, notifiers, this::spaceOf), writeback, hugetlb.fs(),
                frames);
        UnmapBatch unmapBatch = new UnmapBatch(arch, spec.version(), tlb, spec.cpus());
        migration =
                new Migration(
                        new Migration.Parts(arch, spec.version(), rmap, ops, pmds, hugetlb.migration(), frames, lru,
                                swap, unmapBatch, tlb, notifiers, current, clock));
        handler.setDeviceEntries(migration.deviceFaults());
        calls.fork().setDeviceEntries(migration.deviceFaults());
        reclaim =
                new Reclaim(
                        new Reclaim.Parts(arch, spec.version(), ops, pmds, split, frames, lru, swap, rmap, notifiers,
                                gather, unmapBatch, migration.tryToMigrate(), current),
                        calls.madvise());
        SplitFolio splitFolio = reclaim.splitFolio();
        PoisonedFrames poisoned = new PoisonedFrames();
        memoryFailure = new MemoryFailure(new MemoryFailure.Parts(spec.version(), new Victims(rmap, frames), splitFolio,
                reclaim.tryToUnmap(), writeback, poisoned, hugetlb, frames, lru, swap));
        InjectError injectError = new InjectError(gup, memoryFailure,
                new SoftOffline(migration, splitFolio, poisoned, frames, lru), frames);
        calls.madvise().setRangeHandler(Madv.HWPOISON, injectError);
        calls.madvise().setRangeHandler(Madv.SOFT_OFFLINE, injectError);
        calls.msync().setWriteback(fileCalls::fsync);
        oomReaper = new OomReaper(zap, gather, notifiers, current);
        ksm = new Ksm(spec.version(), ops, notifiers, frames, lru, faults, current, () -> spaces);
        calls.ksm().setBreaker(ksm::unmerge);
        calls.madvise().setHandler(Madv.REMOVE, fileCalls::madviseRemove);
        calls.mremap().pageTables().setHugeEntries(new HugeMoves(huge, split));
        calls.mremap().pageTables().setHugetlb(hugetlb.move()::move);
        calls.madvise().setHandler(Madv.COLLAPSE, new MadviseCollapse(spec.version(), ops, pmds, thpOrders, frames, lru,
                swap, handler, notifiers, current));
        services =
                new MmuServices(arch, spec.version(), spec.design(), notifiers, tlb, ops, faults,
                        new HmmRangeFault(ops, faults, frames), migration, gup, frames, lru,
                        checker,
                        current, clock, tracer);
        UserfaultLog userfaultLog = new UserfaultLog();
        UserfaultRegistration registration =
                new UserfaultRegistration(arch, spec.version(), changeProtection, gather, current);
        Userfaultfd userfaultfd = new Userfaultfd(arch, spec.version(), registration,
                new MfillAtomic(ops, frames, handler, current),
                new MovePages(ops, frames, notifiers, handler, current), changeProtection, gather, userfaultLog,
                current);
        handler.setUserfaults(userfaultfd.userfaults());
        userMemory = new UserMemory(userfaultfd, userfaultLog,
                new ClearRefs(arch, ops, pmds, notifiers, tlb, frames, current),
                new RemoteAccess(spec.version(), gup, frames, stackGrowth, current),
                new FixedBuffers(spec.version(), gup));
        cpus = new Cpu[spec.cpus()];
        for (int i = 0; i < cpus.length; i++) {
            cpus[i] = new Cpu(i, arch, tlb.cpus(), ops, faults, frames, clock);
        }
    }

    /** What it was built from. */
    public MachineSpec spec() {
        return spec;
    }

    /** Who works on a process's memory beside its own loads and stores. */
    UserMemory userMemory() {
        return userMemory;
    }

    /** Simulated time. */
    public SimulatedClock clock() {
        return clock;
    }

    /** Reports the kernel functions that operations call. */
    public Tracer tracer() {
        return tracer;
    }

    /**
     * Which process runs from now on: its address space is the one that the CPU has loaded.
     *
     * @param mm id, or 0 for a kernel thread
     */
    public void switchTo(int mm) {
        tlb.switchTo(mm);
    }

    /** The TLB of a CPU, to look at. */
    public CpuTlb cpuTlb(int number) {
        return tlb.cpus().of(number);
    }

    /** The choke point of notifier calls. */
    public MmuNotifiers notifiers() {
        return notifiers;
    }

    /** Memory that has failed. */
    public MemoryFailure memoryFailure() {
        return memoryFailure;
    }

    /** {@code /proc/PID/smaps} of its address spaces. */
    public Smaps smaps() {
        return new Smaps(spec.architecture(), spec.version(), ops, frames, thpOrders);
    }

    /** {@code /proc/PID/pagemap} of its address spaces. */
    public Pagemap pagemap() {
        return new Pagemap(spec.architecture(), spec.version(), frames);
    }

    /** The event log. */
    public EventLog events() {
        return events;
    }

    /** The faults of the running operation, and totals by path. */
    public FaultLog faults() {
        return faultLog;
    }

    /** {@code /sys/kernel/mm/transparent_hugepage}. */
    public ThpFiles thpFiles() {
        return thpFiles;
    }

    /** The pools of huge pages, and files of huge pages. */
    public Hugetlb hugetlb() {
        return hugetlb;
    }

    /** Which huge pages a VMA may have. */
    public ThpOrders thpOrders() {
        return thpOrders;
    }

    /** Physical memory. */
    public Frames frames() {
        return frames;
    }

    /** Operations begun so far. */
    public long operations() {
        return operations;
    }

    /** Starts an operation; events from here on carry its number, which is returned. */
    public long beginOperation() {
        beginOperation(operations + 1);
        return operations;
    }

    /** As {@link #beginOperation()}, for a replay that numbers operations by the lines of its trace, which never fall. */
    public void beginOperation(long number) {
        operations = number;
        events.beginOperation(number);
        faultLog.clear();
        userMemory.userfaults().clear();
    }

    /** Ends an operation: the checker looks at what it left behind. */
    public void endOperation() {
        checker.operationReturned();
        notifiers.synchronize();
        if (!unmapped.isEmpty()) {
            evictUnmapped();
        }
        if (current.get().holdsAny()) {
            throw new IllegalStateException("an operation returned with a lock held");
        }
    }

    /** {@code task_work_run}: shared anonymous memory goes with its last VMA, when the system call returns. */
    private void evictUnmapped() {
        for (MappedFile file : unmapped) {
            if (file.mappings() == 0) {
                file.evict(frames);
            }
        }
        unmapped.clear();
    }

    /** All address spaces ever made, in order of their ids. */
    public List<AddressSpace> addressSpaces() {
        return List.copyOf(spaces);
    }

    /** An address space that is alive. */
    public AddressSpace addressSpace(int id) {
        if (id < 1 || id > spaces.size() || !spaces.get(id - 1).isAlive()) {
            throw new NoSuchObjectException("address space " + id);
        }
        return spaces.get(id - 1);
    }

    /** A CPU, numbered from 0. */
    public Cpu cpu(int number) {
        if (number < 0 || number >= cpus.length) {
            throw new NoSuchObjectException("cpu " + number);
        }
        return cpus[number];
    }

    /** The devices, in order of attachment. */
    public Collection<SecondaryMmu> devices() {
        return List.copyOf(devices.values());
    }

    /** A device by name. */
    public SecondaryMmu device(String name) {
        SecondaryMmu device = devices.get(name);
        if (device == null) {
            throw new NoSuchObjectException("device " + name);
        }
        return device;
    }

    /** A process with an empty address space. */
    public AddressSpace spawn(long startBrk) {
        if (spaces.size() == MAX_ADDRESS_SPACES) {
            throw new IllegalArgumentException("more than " + MAX_ADDRESS_SPACES + " address spaces in one machine");
        }
        AddressSpace mm = new AddressSpace(spaces.size() + 1, spec.architecture(), spec.version());
        mm.startBrkAt(startBrk);
        mm.merge().setHooks(new HugeHooks(mm, split, hugetlb));
        spaces.add(mm);
        return mm;
    }

    /** A file by name, for mmap. An existing one of that name is returned as it is. */
    public MappedFile createFile(String name, MappedFile.Kind kind, long pages, boolean writable, boolean cached) {
        return files.computeIfAbsent(name, key -> kind == MappedFile.Kind.HUGETLB
                ? hugetlb.pools().createFile(nextFile++, key, hugetlb.pools().defaultPool(), pages, null)
                : new MappedFile(nextFile++, key, kind, pages, writable, cached, false));
    }

    /** A file that was created. */
    public MappedFile file(String name) {
        MappedFile file = files.get(name);
        if (file == null) {
            throw new NoSuchObjectException("file " + name);
        }
        return file;
    }

    /** mmap; shared anonymous memory gets a shmem file of its own ({@code shmem_zero_setup}). */
    public long mmap(AddressSpace mm, long address, long length, int prot, int flags, @Nullable MappedFile file,
            long offset) {
        boolean anonymousHuge = (flags & Mman.MAP_ANONYMOUS) != 0 && (flags & Mman.MAP_HUGETLB) != 0;
        if (anonymousHuge) {
            return mmapAnonymousHuge(mm, address, length, prot, flags);
        }
        if (file != null && file.kind() == MappedFile.Kind.HUGETLB) {
            long size = Objects.requireNonNull(file.vmOperations()).pageSize();
            return calls.mmap().map(mm, address, (length + size - 1) & -size, prot, flags, file, offset);
        }
        if ((flags & Mman.MAP_HUGETLB) != 0) {
            return Errno.EINVAL.returned();
        }
        MappedFile mapped = file;
        boolean sharedAnonymous = (flags & Mman.MAP_ANONYMOUS) != 0 && (flags & Mman.MAP_SHARED) != 0;
        if (sharedAnonymous) {
            long pages = (length + mm.pageSize() - 1) >>> spec.architecture().pageShift();
            mapped = new MappedFile(nextFile++, "/dev/zero (deleted)", MappedFile.Kind.TMPFS, pages, true, true, true);
            mapped.whenUnmapped(unmapped::add);
        }
        return calls.mmap().map(mm, address, length, prot, flags, mapped, sharedAnonymous ? 0 : offset);
    }

    /** System calls on files. */
    FileCalls files() {
        return fileCalls;
    }

    /** The OOM reaper. */
    OomReaper oomReaper() {
        return oomReaper;
    }

    /** ksmd. */
    Ksm ksm() {
        return ksm;
    }

    /** {@code drop_caches}. */
    long dropCaches() {
        files.values().forEach(file -> file.dropClean(frames));
        return 0;
    }

    /** {@code fault_around_bytes}; 0 or -EINVAL. */
    long setFaultAround(long bytes) {
        return faultHandler.fileMapping().setFaultAround(bytes, spec.architecture().pageSize()) ? 0
                : Errno.EINVAL.returned();
    }

    private AddressSpace spaceOf(int id) {
        return spaces.get(id - 1);
    }

    /** {@code ksys_mmap_pgoff} with MAP_HUGETLB and MAP_ANONYMOUS: a file of its own, as long as the mapping. */
    private long mmapAnonymousHuge(AddressSpace mm, long address, long length, int prot, int flags) {
        Hstate pool = hugetlb.pools().ofSizeLog((flags >>> Mman.MAP_HUGE_SHIFT) & Mman.MAP_HUGE_MASK);
        if (pool == null) {
            return Errno.EINVAL.returned();
        }
        long rounded = (length + pool.size() - 1) & -pool.size();
        MappedFile file = hugetlb.pools().createAnonymousFile(nextFile++, pool,
                rounded >>> spec.architecture().pageShift());
        return calls.mmap().map(mm, address, rounded, prot, flags, file, 0);
    }

    /** munmap. */
    public long munmap(AddressSpace mm, long address, long length) {
        return calls.munmap().unmap(mm, address, length);
    }

    /** mprotect. */
    public long mprotect(AddressSpace mm, long address, long length, int prot) {
        return calls.mprotect().protect(mm, address, length, prot);
    }

    /** madvise. */
    public long madvise(AddressSpace mm, long address, long length, int advice) {
        return calls.madvise().advise(mm, address, length, advice);
    }

    /** brk. */
    public long brk(AddressSpace mm, long address) {
        return calls.brk().brk(mm, address);
    }

    /**
     * fork.
     *
     * @return the child, or null if there is no room for it (ENOMEM): then it has lived and died
     */
    public @Nullable AddressSpace fork(AddressSpace parent) {
        AddressSpace child = spawn(0);
        if (calls.fork().duplicate(parent, child) == 0) {
            userMemory.buffers().forked(parent, child);
            return child;
        }
        calls.munmap().exitMmap(child);
        return null;
    }

    /** clone with CLONE_VM, or vfork: one more task uses the address space, which lives until the last one exits. */
    public void share(AddressSpace mm) {
        mm.addUser();
    }

    /** mremap. */
    public long mremap(AddressSpace mm, long address, long oldLength, long newLength, int flags, long newAddress) {
        return calls.mremap().remap(mm, address, oldLength, newLength, flags, newAddress);
    }

    /** mlock2. */
    public long mlock(AddressSpace mm, long address, long length, int flags) {
        return calls.mlock().lock(mm, address, length, flags);
    }

    /** munlock. */
    public long munlock(AddressSpace mm, long address, long length) {
        return calls.mlock().unlock(mm, address, length);
    }

    /** mlockall. */
    public long mlockall(AddressSpace mm, int flags) {
        return calls.mlock().lockAll(mm, flags);
    }

    /** munlockall. */
    public long munlockall(AddressSpace mm) {
        return calls.mlock().unlockAll(mm);
    }

    /** msync. */
    public long msync(AddressSpace mm, long address, long length, int flags) {
        return calls.msync().sync(mm, address, length, flags);
    }

    /** mincore. */
    public long mincore(AddressSpace mm, long address, long length, Mincore.Vector vector) {
        return calls.mincore().look(mm, address, length, vector);
    }

    /** What the machine has promised, and the rule by which it does. */
    public Overcommit overcommit() {
        return overcommit;
    }

    /** execve: the old address space ends after the new one is made. */
    public AddressSpace exec(AddressSpace old, long startBrk) {
        AddressSpace fresh = spawn(startBrk);
        exit(old);
        return fresh;
    }

    /** exit: with the last task that uses it the address space ends. */
    public void exit(AddressSpace mm) {
        if (mm.dropUser()) {
            calls.munmap().exitMmap(mm);
            userMemory.buffers().close(mm);
        }
    }

    /** process_madvise of one range; the bytes advised about, or a negative errno. */
    public long processMadvise(AddressSpace caller, AddressSpace target, long address, long length, int advice) {
        return calls.madvise().process(caller, target, address, length, advice);
    }

    /** Makes a device and binds it; a negative errno means that it was refused and is not there. */
    public int attach(String name, String model, AddressSpace mm, Map<String, String> options) {
        if (devices.containsKey(name)) {
            throw new IllegalArgumentException("device " + name + " exists already");
        }
        SecondaryMmu device = deviceFactory.create(model, nextDevice, name, options, services);
        checker.add(device);
        int error = device.bind(mm);
        if (error != 0) {
            checker.remove(device);
            return error;
        }
        devices.put(name, device);
        return nextDevice++;
    }

    /** Unbinds a device and forgets it. */
    public void detach(String name) {
        SecondaryMmu device = device(name);
        device.unbind();
        checker.remove(device);
        devices.remove(name);
    }

    /** swapon or swapoff; 0, or a negative errno if memory was not enough. */
    public long swap(boolean on) {
        if (on) {
            reclaim.swapping().on();
            return 0;
        }
        List<AddressSpace> alive = spaces.stream().filter(AddressSpace::isAlive).toList();
        Set<MappedFile> backed = new LinkedHashSet<>(files.values());
        for (AddressSpace mm : alive) {
            for (int i = 0; i < mm.vmas().size(); i++) {
                MappedFile file = mm.vmas().at(i).file();
                if (file != null && file.isMemory()) {
                    backed.add(file);
                }
            }
        }
        return reclaim.swapping().off(alive, backed) ? 0 : Errno.ENOMEM.returned();
    }

    /** Moves pages between memory nodes. */
    public Migration migration() {
        return migration;
    }

    /** {@code lru_add_drain_all}. */
    public long drainLru() {
        reclaim.drainLru();
        return 0;
    }

    /** From now on {@link #audit} speaks of the events of operations too, at the price of slower ones. */
    public void watchRules() {
        if (watch != null) {
            return;
        }
        RuleWatch rules = new RuleWatch(frames, spec.design());
        checker.watch(rules);
        tlb.observe(rules);
        tracer.watch(rules);
        watch = rules;
    }

    /**
     * Recounts the machine between two operations; if {@link #watchRules} was called, with what was found in the operations
     * since the last audit.
     *
     * @return what is wrong; empty if nothing is
     */
    public List<Finding> audit() {
        List<Finding> findings = new ArrayList<>(
                new Audit(spaces, frames, files.values(), swap, hugetlb.pools().all(),
                        holders(), tlbs(),
                        devices.values()).run());
        if (watch != null) {
            findings.addAll(watch.take());
        }
        return findings;
    }

    /** Holds every translation that a CPU or a device caches against the page tables. */
    public CoherenceAudit coherence() {
        return new CoherenceAudit(spaces, tlbs(), devices());
    }

    private List<CpuTlb> tlbs() {
        List<CpuTlb> tlbs = new ArrayList<>();
        for (int i = 0; i < cpus.length; i++) {
            tlbs.add(tlb.cpus().of(i));
        }
        return tlbs;
    }

    private List<FrameHolder> holders() {
        List<FrameHolder> holders = new ArrayList<>(List.of(lru, swap, userMemory.buffers(), memoryFailure));
        for (SecondaryMmu device : devices.values()) {
            if (device instanceof FrameHolder holder) {
                holders.add(holder);
            }
        }
        return holders;
    }

    /**
     * A fingerprint of everything that later operations depend on: address spaces, page tables, memory, devices, time and
     * event numbers. Equal for equal states.
     */
    public long digest() {
        StateDigest digest = new StateDigest();
        digest.add(operations).add(clock.now()).add(events.lastSequence()).add(frames.inUse());
        for (AddressSpace mm : spaces) {
            digest.add(mm.id()).add(mm.isAlive() ? 1 : 0).add(mm.brk()).add(mm.totalPages());
            VmaTree vmas = mm.vmas();
            for (int i = 0; i < vmas.size(); i++) {
                digest.add(vmas.at(i).start()).add(vmas.at(i).end()).add(vmas.at(i).flags()).add(vmas.at(i).pgoff());
            }
            addPageTable(digest, mm);
        }
        for (SecondaryMmu device : devices.values()) {
            digest.add(device.id());
            device.visitEntries(0, -1,
                    (address, frame, writable) -> digest.add(address).add(frame).add(writable ? 1 : 0));
        }
        return digest.value();
    }

    private void addPageTable(StateDigest digest, AddressSpace mm) {
        long end = mm.taskSize();
        for (long at = mm.pageTable().nextEntry(0, end); at < end; at = mm.pageTable().nextEntry(at + mm.pageSize(),
                end)) {
            long pte = mm.pageTable().get(at);
            int frame = Pte.frame(pte);
            digest.add(at).add(pte).add(frames.content(frame)).add(frames.rest(frame).hashCode())
                    .add(frames.refcount(frame)).add(frames.mapcount(frame));
        }
    }
}
