package io.mmulab.kernel.machine;

import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.mm.Overcommit;
import io.mmulab.kernel.secondary.DeviceCommand;
import io.mmulab.kernel.vma.MappedFile;

/**
 * One thing done to a machine. A machine's journal is the sequence of these; its state is their fold. {@code mm} is the id
 * of an address space, counted from 1; addresses and lengths are in bytes.
 */
public sealed interface Operation {

    /** What a process does; its address space is the one that its CPU has loaded meanwhile. */
    sealed interface InProcess extends Operation {
        /** Id of its address space, from 1. */
        int mm();
    }

    /**
     * A process starts with an empty address space; returns its id. {@code startBrk} is where its heap begins.
     *
     * @param startBrk where its heap begins
     */
    record Spawn(@Address long startBrk) implements Operation {}

    /**
     * A file that mmap can name.
     *
     * @param name unique in the machine
     * @param kind TMPFS maps shared pages writable at once, DISK wants to hear of the first write
     * @param pages size in pages; beyond it is SIGBUS
     * @param writable whether it is open for writing
     * @param cached whether reading it needs no I/O
     */
    record CreateFile(String name, MappedFile.Kind kind, long pages, boolean writable, boolean cached)
            implements Operation {}

    /**
     * ftruncate.
     *
     * @param mm id of the address space whose process does it
     * @param file name of a file
     * @param pages new size in pages
     */
    record Truncate(int mm, String file, long pages) implements InProcess {}

    /**
     * fallocate with FALLOC_FL_PUNCH_HOLE: the pages read as zeroes afterwards.
     *
     * @param mm id of the address space whose process does it
     * @param file name of a file
     * @param page first page
     * @param pages how many pages
     */
    record PunchHole(int mm, String file, long page, long pages) implements InProcess {}

    /**
     * fsync: dirty pages are written to the disk, their mappings made clean and read-only.
     *
     * @param mm id of the address space whose process does it
     * @param file name of a file
     */
    record Fsync(int mm, String file) implements InProcess {}

    /**
     * pread of one byte; returns 1, or 0 at the end of the file.
     *
     * @param mm id of the address space whose process does it
     * @param file name of a file
     * @param page of which the first byte is read
     */
    record ReadFile(int mm, String file, long page) implements InProcess {}

    /**
     * pwrite of one byte; returns 1.
     *
     * @param mm id of the address space whose process does it
     * @param file name of a file
     * @param page of which the first byte is written
     * @param value the byte, 0 to 255
     */
    record WriteFile(int mm, String file, long page, int value) implements InProcess {}

    /** ksmd scans all mergeable memory and merges equal pages. */
    record KsmScan() implements Operation {}

    /** KSM gives every merged page back as a private one ({@code /sys/kernel/mm/ksm/run = 2}). */
    record KsmUnmerge() implements Operation {}

    /**
     * move_pages with MPOL_MF_MOVE; the outcome says in {@code pageStatus} what became of each page.
     *
     * @param mm id of the address space, from 1
     * @param address of the first page
     * @param pages how many, at most 1024
     * @param stride bytes from one page to the next
     * @param node memory node, 0 or 1
     */
    record MovePages(int mm, @Address long address, int pages, long stride, int node) implements InProcess {}

    /**
     * mbind with MPOL_BIND and MPOL_MF_MOVE.
     *
     * @param mm id of the address space, from 1
     * @param address first byte, page aligned
     * @param length bytes, rounded up to pages
     * @param node memory node, 0 or 1
     */
    record Mbind(int mm, @Address long address, long length, int node) implements InProcess {}

    /**
     * swapon, or swapoff, which brings everything back into memory.
     *
     * @param on which of them
     */
    record Swap(boolean on) implements Operation {}

    /** Moves the pages of all per-CPU batches to the LRU lists ({@code lru_add_drain_all}). */
    record DrainLru() implements Operation {}

    /** Drops the clean, unmapped pages of all files ({@code /proc/sys/vm/drop_caches}). */
    record DropCaches() implements Operation {}

    /**
     * How much a read fault maps around it ({@code fault_around_bytes} in debugfs).
     *
     * @param bytes rounded down to a power of two
     */
    record FaultAround(long bytes) implements Operation {}

    /**
     * mmap; {@code file} is null with MAP_ANONYMOUS. Returns the address.
     *
     * @param mm id of the address space, from 1
     * @param address hint, or the place itself with MAP_FIXED
     * @param length bytes, rounded up to pages
     * @param prot rights; none of them is PROT_NONE
     * @param flags MAP_PRIVATE or MAP_SHARED, and others
     * @param file name of a file; absent with MAP_ANONYMOUS
     * @param offset into the file, bytes, page aligned
     */
    record Mmap(int mm, @Address long address, long length, Set<Prot> prot, Set<MapFlag> flags, @Nullable String file,
            long offset) implements InProcess {}

    /**
     * munmap.
     *
     * @param mm id of the address space, from 1
     * @param address first byte, page aligned
     * @param length bytes, rounded up to pages
     */
    record Munmap(int mm, @Address long address, long length) implements InProcess {}

    /**
     * mprotect.
     *
     * @param mm id of the address space, from 1
     * @param address first byte, page aligned
     * @param length bytes, rounded up to pages
     * @param prot rights; none of them is PROT_NONE
     */
    record Mprotect(int mm, @Address long address, long length, Set<Prot> prot) implements InProcess {}

    /**
     * madvise.
     *
     * @param mm id of the address space, from 1
     * @param address first byte, page aligned
     * @param length bytes, rounded up to pages
     * @param advice what is advised
     */
    record Madvise(int mm, @Address long address, long length, Advice advice) implements InProcess {}

    /**
     * mremap: grows, shrinks or moves a mapping. Returns where it is.
     *
     * @param mm id of the address space, from 1
     * @param address first byte of what is to change, page aligned
     * @param oldLength its length in bytes; 0 duplicates a shared mapping
     * @param newLength the length that it is to have, in bytes
     * @param flags MREMAP_MAYMOVE and others; none of them grows or shrinks in place only
     * @param newAddress where to, with MREMAP_FIXED; a hint with MREMAP_DONTUNMAP; otherwise not looked at
     */
    record Mremap(int mm, @Address long address, long oldLength, long newLength, Set<RemapFlag> flags,
            @Address long newAddress) implements InProcess {}

    /**
     * mlock, or mlock2 with MLOCK_ONFAULT: locks memory and faults it in.
     *
     * @param mm id of the address space, from 1
     * @param address first byte, rounded down to a page
     * @param length bytes, rounded up to pages
     * @param onFault whether pages are locked when they are faulted in, and not faulted in now
     */
    record Mlock(int mm, @Address long address, long length, boolean onFault) implements InProcess {}

    /**
     * munlock.
     *
     * @param mm id of the address space, from 1
     * @param address first byte, rounded down to a page
     * @param length bytes, rounded up to pages
     */
    record Munlock(int mm, @Address long address, long length) implements InProcess {}

    /**
     * mlockall.
     *
     * @param mm id of the address space, from 1
     * @param flags what to lock
     */
    record Mlockall(int mm, Set<LockFlag> flags) implements InProcess {}

    /**
     * munlockall.
     *
     * @param mm id of the address space, from 1
     */
    record Munlockall(int mm) implements InProcess {}

    /**
     * msync: writes shared files back.
     *
     * @param mm id of the address space, from 1
     * @param address first byte, page aligned
     * @param length bytes, rounded up to pages
     * @param flags how
     */
    record Msync(int mm, @Address long address, long length, Set<SyncFlag> flags) implements InProcess {}

    /**
     * mincore: which pages are in memory; the outcome says it in {@code resident}.
     *
     * @param mm id of the address space, from 1
     * @param address first byte, page aligned
     * @param length bytes, rounded up to pages
     */
    record Mincore(int mm, @Address long address, long length) implements InProcess {}

    /**
     * process_madvise of one range; returns the bytes advised about.
     *
     * @param mm id of the caller's address space, from 1
     * @param target id of the address space that is advised about
     * @param address first byte, page aligned
     * @param length bytes
     * @param advice what is advised; not every one may be given to another process
     */
    record ProcessMadvise(int mm, int target, @Address long address, long length, Advice advice)
            implements InProcess {}

    /**
     * brk; returns the break.
     *
     * @param mm id of the address space, from 1
     * @param address where the heap should end
     */
    record Brk(int mm, @Address long address) implements InProcess {}

    /**
     * A CPU reads, writes or executes one byte.
     *
     * @param mm id of the address space, from 1
     * @param cpu number of the CPU, from 0
     * @param address the byte that is accessed
     * @param access what is done
     * @param value what a write stores, 0 to 255
     */
    record Access(int mm, int cpu, @Address long address, AccessKind access, int value) implements InProcess {}

    /**
     * fork; returns the child's address space.
     *
     * @param mm id of the parent, from 1
     */
    record Fork(int mm) implements InProcess {}

    /**
     * vfork, or clone with CLONE_VM: one more task uses the address space, which ends when the last one has exited.
     *
     * @param mm id of the address space, from 1
     */
    record ShareAddressSpace(int mm) implements InProcess {}

    /**
     * setrlimit.
     *
     * @param mm id of the address space, from 1
     * @param resource what is limited
     * @param bytes the limit; -1 for none
     */
    record SetLimit(int mm, LimitedResource resource, long bytes) implements InProcess {}

    /**
     * Makes a process root, or takes that from it: root locks memory beyond its limit and maps low addresses.
     *
     * @param mm id of the address space, from 1
     * @param root whether it is root; every process begins so
     */
    record SetRoot(int mm, boolean root) implements InProcess {}

    /**
     * vm.overcommit_memory and vm.overcommit_ratio.
     *
     * @param mode what is promised
     * @param ratio percent of memory that counts in mode NEVER
     */
    record SetOvercommit(Overcommit.Mode mode, int ratio) implements Operation {}

    /**
     * A new program in place of the old: the address space ends, a fresh one begins; returns its id.
     *
     * @param mm id of the address space, from 1
     * @param startBrk where the new program's heap begins
     */
    record Exec(int mm, @Address long startBrk) implements InProcess {}

    /**
     * The last user of an address space exits.
     *
     * @param mm id of the address space, from 1
     */
    record Exit(int mm) implements InProcess {}

    /**
     * A device with memory of its own does something with a range of pages; returns how many, or a negative errno.
     *
     * @param device name of the device
     * @param command what it does
     * @param address first byte, page aligned
     * @param length bytes
     * @param value what WRITE stores and ATOMIC adds, 0 to 255
     */
    record CommandDevice(String device, DeviceCommand command, @Address long address, long length, int value)
            implements Operation {}

    /**
     * process_mrelease: the private memory of a process that was killed goes before the process does; returns 0, or -EAGAIN if a
     * device would not let a part go. What is missing afterwards is SIGBUS.
     *
     * @param mm id of the address space, from 1
     * @param retry whether it is the OOM reaper, which tries ten times
     */
    record ReapMemory(int mm, boolean retry) implements Operation {}

    /**
     * A device of a model is made and bound to an address space; returns its id.
     *
     * @param name unique in the machine
     * @param model name of a device model
     * @param mm id of the address space that it is bound to
     * @param options choices of the model, by name
     */
    record AttachDevice(String name, String model, int mm, Map<String, String> options) implements InProcess {}

    /**
     * A device is unbound and gone.
     *
     * @param device name of the device
     */
    record DetachDevice(String device) implements Operation {}

    /**
     * A device's memory slot is added, moved, changed or removed ({@code KVM_SET_USER_MEMORY_REGION}).
     *
     * @param device name of a device whose model has memory slots
     * @param slot number of the slot, from 0
     * @param guestAddress first guest physical address, page aligned
     * @param address first address in the bound address space, page aligned
     * @param length bytes, a multiple of the page size; 0 removes the slot
     * @param readOnly whether a guest's write goes to user space
     * @param logDirty whether written pages are logged
     */
    record SetMemoryRegion(String device, int slot, @Address long guestAddress, @Address long address, long length,
            boolean readOnly, boolean logDirty) implements Operation {}

    /**
     * A device reads or writes one byte.
     *
     * @param device name of the device
     * @param address in the bound address space; a guest address where the device translates twice
     * @param access READ or WRITE
     * @param value what a write stores, 0 to 255
     */
    record DeviceAccess(String device, @Address long address, AccessKind access, int value) implements Operation {}

    /**
     * A file of /sys/kernel/mm/transparent_hugepage is written.
     *
     * @param file name below that directory: enabled, shmem_enabled, hugepages-64kB/enabled, …
     * @param value what is written, as always, madvise or never
     */
    record SetThp(String file, String value) implements Operation {}

    /**
     * Writes {@code nr_hugepages} of a hugetlb page size; returns how many pages the pool then has beyond its surplus.
     *
     * @param kilobytes size of the pages in KiB, as in {@code /sys/kernel/mm/hugepages/hugepages-2048kB}
     * @param pages pages that the pool should have
     */
    record SetHugepages(int kilobytes, long pages) implements Operation {}

    /**
     * Writes {@code nr_overcommit_hugepages} of a hugetlb page size.
     *
     * @param kilobytes size of the pages in KiB
     * @param pages pages that may be added to the pool when it is empty
     */
    record SetHugepagesOvercommit(int kilobytes, long pages) implements Operation {}

    /**
     * prctl(PR_SET_THP_DISABLE).
     *
     * @param mm id of the address space, from 1
     * @param disable whether its memory may have no huge pages any more
     */
    record DisableThp(int mm, boolean disable) implements Operation {}

    /**
     * Other programs run on a CPU, long enough that its TLB holds nothing of before.
     *
     * @param cpu number of the CPU, from 0
     */
    record RunOthers(int cpu) implements Operation {}

    /**
     * userfaultfd and UFFDIO_API, with a thread of the process that resolves faults: it removes write protection, and fills
     * missing pages with a byte. Returns the number of the context.
     *
     * @param mm id of the address space, from 1
     * @param features {@code UFFD_FEATURE_} bits that are asked for
     * @param fill what each byte of a page holds that the thread supplies, 0 to 255
     */
    record OpenUserfaultfd(int mm, long features, int fill) implements InProcess {}

    /**
     * From now on the thread that resolves faults fills missing pages with another byte.
     *
     * @param mm id of the address space of the caller, from 1
     * @param context number of the context, from 1
     * @param fill every byte of a page that the thread supplies, 0 to 255
     */
    record AnswerUserfaults(int mm, int context, int fill) implements InProcess {}

    /**
     * UFFDIO_REGISTER.
     *
     * @param mm id of the address space of the caller, from 1
     * @param context number of the context, from 1
     * @param address first byte, page aligned
     * @param length bytes, a multiple of the page size
     * @param modes which faults are told
     */
    record RegisterUserfaults(int mm, int context, @Address long address, long length, Set<UserfaultMode> modes)
            implements InProcess {}

    /**
     * UFFDIO_UNREGISTER.
     *
     * @param mm id of the address space of the caller, from 1
     * @param context number of the context, from 1
     * @param address first byte, page aligned
     * @param length bytes, a multiple of the page size
     */
    record UnregisterUserfaults(int mm, int context, @Address long address, long length) implements InProcess {}

    /**
     * UFFDIO_WRITEPROTECT.
     *
     * @param mm id of the address space of the caller, from 1
     * @param context number of the context, from 1
     * @param address first byte, page aligned
     * @param length bytes, a multiple of the page size
     * @param on whether pages are protected, or no longer are
     */
    record WriteProtectUserfaults(int mm, int context, @Address long address, long length, boolean on)
            implements InProcess {}

    /**
     * UFFDIO_COPY, from a page of equal bytes.
     *
     * @param mm id of the address space of the caller, from 1
     * @param context number of the context, from 1
     * @param address where the pages go, page aligned
     * @param length bytes, a multiple of the page size
     * @param value what each byte holds, 0 to 255
     * @param writeProtected whether the pages come write-protected
     */
    record CopyUserfaultPages(int mm, int context, @Address long address, long length, int value,
            boolean writeProtected)
            implements InProcess {}

    /**
     * UFFDIO_ZEROPAGE.
     *
     * @param mm id of the address space of the caller, from 1
     * @param context number of the context, from 1
     * @param address where the pages go, page aligned
     * @param length bytes, a multiple of the page size
     */
    record ZeroUserfaultPages(int mm, int context, @Address long address, long length) implements InProcess {}

    /**
     * UFFDIO_MOVE.
     *
     * @param mm id of the address space of the caller, from 1
     * @param context number of the context, from 1
     * @param address where the pages go, page aligned
     * @param source where they are now, page aligned
     * @param length bytes, a multiple of the page size
     * @param allowHoles whether missing pages of the source are passed over
     */
    record MoveUserfaultPages(int mm, int context, @Address long address, @Address long source, long length,
            boolean allowHoles) implements InProcess {}

    /**
     * A write to /proc/PID/clear_refs.
     *
     * @param mm id of the address space of the caller, from 1
     * @param target id of the address space whose file is written, from 1
     * @param type 1 to 3: accessed bits of all pages, of those without and with a file; 4: soft-dirty bits; 5: the peak of
     *        the resident set
     */
    record ClearRefs(int mm, int target, int type) implements InProcess {}

    /**
     * One byte through /proc/PID/mem; returns 1.
     *
     * @param mm id of the address space of the caller, from 1
     * @param target id of the address space that is accessed, from 1
     * @param address the byte
     * @param access READ or WRITE
     * @param value what a write stores, 0 to 255
     */
    record ProcMem(int mm, int target, @Address long address, AccessKind access, int value) implements InProcess {}

    /**
     * One byte through process_vm_readv or process_vm_writev; returns 1.
     *
     * @param mm id of the address space of the caller, from 1
     * @param target id of the address space that is accessed, from 1
     * @param address the byte
     * @param access READ or WRITE
     * @param value what a write stores, 0 to 255
     */
    record ProcessVm(int mm, int target, @Address long address, AccessKind access, int value) implements InProcess {}

    /**
     * A buffer is registered with io_uring: its pages are pinned until {@link UnregisterBuffer}.
     *
     * @param mm id of the address space, from 1
     * @param address first byte
     * @param length bytes
     */
    record RegisterBuffer(int mm, @Address long address, long length) implements InProcess {}

    /**
     * The registered buffer is given up, and the ring closed.
     *
     * @param mm id of the address space, from 1
     */
    record UnregisterBuffer(int mm) implements InProcess {}
}
