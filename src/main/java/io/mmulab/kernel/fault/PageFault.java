package io.mmulab.kernel.fault;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.event.Tracepoint;
import io.mmulab.kernel.event.Tracer;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * How a fault enters the kernel: {@code do_user_addr_fault()} and {@code do_page_fault()} for CPUs,
 * {@code iommu_sva_handle_mm()} for devices that share the page table, GUP for those that have their own.
 */
public final class PageFault {
    /** Signal-code bit beside {@link VmFault#SIGSEGV}: no VMA at the address ({@code SEGV_MAPERR}). */
    public static final int MAPERR = 1 << 20;
    /** Signal-code bit beside {@link VmFault#SIGSEGV}: the VMA does not allow it ({@code SEGV_ACCERR}). */
    public static final int ACCERR = 1 << 21;

    /** Signal-code bit beside {@link VmFault#SIGSEGV}: the protection key does not allow it ({@code SEGV_PKUERR}). */
    public static final int PKUERR = 1 << 22;

    /** A fault that nobody resolves is given up; a real one would wait for ever. */
    private static final int MAX_ATTEMPTS = 16;

    private final FaultHandler handler;
    private final FaultLog log;
    private final CurrentActor current;
    private final boolean perVmaLock;
    private final boolean fetchNeedsExec;
    private final StackGrowth stackGrowth;
    private final Tracer tracer;

    /** Grows a stack VMA down to an address, if the rules allow. */
    public interface StackGrowth {
        /** The grown VMA, or null if the address is not just below one or growth is refused. */
        @Nullable
        Vma expand(AddressSpace mm, long address);
    }

    /** For one machine. */
    public PageFault(FaultHandler handler, FaultLog log, CurrentActor current, boolean perVmaLock,
            boolean fetchNeedsExec, StackGrowth stackGrowth, Tracer tracer) {
        this.handler = handler;
        this.log = log;
        this.current = current;
        this.perVmaLock = perVmaLock;
        this.fetchNeedsExec = fetchNeedsExec;
        this.stackGrowth = stackGrowth;
        this.tracer = tracer;
    }

    /**
     * A CPU's fault from user space: under the VMA's lock where the release has one, and again under mmap_lock if the
     * handler asks for it. The result carries {@link #MAPERR}, {@link #ACCERR} or
     * {@link #PKUERR} with SIGSEGV.
     */
    public int user(AddressSpace mm, long address, int accessFlags) {
        int flags = accessFlags | FaultFlags.USER | FaultFlags.DEFAULT;
        if (perVmaLock) {
            Vma vma = mm.vmas().lookup(address);
            if (vma != null) {
                current.get().lock(LockKind.VMA_READ);
                int result = checkThenHandle(mm, vma, address, flags | FaultFlags.VMA_LOCK);
                current.get().unlock(LockKind.VMA_READ);
                if (!retries(result)) {
                    return result;
                }
                flags |= (result & VmFault.MAJOR) != 0 ? FaultFlags.TRIED : 0;
            }
        }
        return underMmapLock(mm, address, flags);
    }

    private int underMmapLock(AddressSpace mm, long address, int firstFlags) {
        int flags = firstFlags;
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            current.get().lock(LockKind.MMAP_READ);
            Vma vma = mm.vmas().lookup(address);
            int result = vma == null ? expandThenHandle(mm, address, flags) : checkThenHandle(mm, vma, address, flags);
            current.get().unlock(LockKind.MMAP_READ);
            if (!retries(result)) {
                return result;
            }
            flags |= FaultFlags.TRIED;
        }
        return VmFault.SIGBUS;
    }

    private static boolean retries(int result) {
        return (result & VmFault.RETRY) != 0 && !VmFault.isError(result);
    }

    /**
     * A fault that a device reports ({@code iommu_sva_handle_mm}): no stack growth, rights checked first. A fault that finds
     * nothing to do is a success.
     */
    public int device(AddressSpace mm, long address, boolean write) {
        if (!mm.isAlive()) {
            return VmFault.SIGSEGV | MAPERR;
        }
        int flags = FaultFlags.USER | FaultFlags.REMOTE | (write ? FaultFlags.WRITE : 0);
        current.get().lock(LockKind.MMAP_READ);
        Vma vma = mm.vmas().lookup(address);
        int result;
        if (vma == null) {
            result = refuse(mm, address, flags, FaultPath.BAD_AREA, MAPERR);
        } else if (!vma.has(write ? VmFlags.WRITE : VmFlags.READ)) {
            result = refuse(mm, address, flags, FaultPath.BAD_ACCESS, ACCERR);
        } else {
            result = handle(mm, vma, address, flags);
        }
        current.get().unlock(LockKind.MMAP_READ);
        return result;
    }

    /**
     * {@code handle_mm_fault} for a caller inside the kernel, which holds mmap_lock and has checked the VMA.
     *
     * @param flags see {@link FaultFlags}; without USER
     * @return see {@link VmFault}
     */
    public int handleMmFault(AddressSpace mm, Vma vma, long address, int flags) {
        return handle(mm, vma, address, flags);
    }

    /** As {@link #handleMmFault} in a hugetlb VMA, for a caller that calls {@code hugetlb_fault} itself. */
    public int hugetlbFault(AddressSpace mm, Vma vma, long address, int flags) {
        int result = handler.handleMmFault(mm, vma, address, flags);
        log.add(mm.id(), address, flags, handler.lastPath(), result);
        return result;
    }

    private int expandThenHandle(AddressSpace mm, long address, int flags) {
        Vma grown = stackGrowth.expand(mm, address);
        return grown == null ? refuse(mm, address, flags, FaultPath.BAD_AREA, MAPERR)
                : checkThenHandle(mm, grown, address, flags);
    }

    private int checkThenHandle(AddressSpace mm, Vma vma, long address, int flags) {
        if (vma.has(VmFlags.EXECUTE_ONLY_KEY) && (flags & FaultFlags.INSTRUCTION) == 0) {
            return refuse(mm, address, flags, FaultPath.BAD_ACCESS, PKUERR);
        }
        if (!allowed(mm, vma, address, flags)) {
            return refuse(mm, address, flags, FaultPath.BAD_ACCESS, ACCERR);
        }
        return handle(mm, vma, address, flags);
    }

    /** {@code access_error} (x86) and the vm_flags test of arm64: write implies read. */
    private boolean allowed(AddressSpace mm, Vma vma, long address, int flags) {
        if ((flags & FaultFlags.WRITE) != 0) {
            return vma.has(VmFlags.WRITE);
        }
        if ((flags & FaultFlags.INSTRUCTION) != 0) {
            return fetchNeedsExec ? vma.has(VmFlags.EXEC)
                    : vma.has(VmFlags.ACCESS) && !Pte.valid(mm.pageTable().get(address & -mm.pageSize()));
        }
        return vma.has(VmFlags.ACCESS);
    }

    private int handle(AddressSpace mm, Vma vma, long address, int flags) {
        tracer.call(Tracepoint.HANDLE_MM_FAULT, mm.id(), address, address + 1, flags, "");
        int result = handler.handleMmFault(mm, vma, address, flags);
        tracer.call(Tracepoint.HANDLE_MM_FAULT_RET, mm.id(), address, address + 1, result, "");
        log.add(mm.id(), address, flags, handler.lastPath(), result);
        return (result & VmFault.SIGSEGV) != 0 ? result | MAPERR : result;
    }

    private int refuse(AddressSpace mm, long address, int flags, FaultPath path, int code) {
        int result = VmFault.SIGSEGV | code;
        log.add(mm.id(), address, flags, path, result);
        return result;
    }
}
