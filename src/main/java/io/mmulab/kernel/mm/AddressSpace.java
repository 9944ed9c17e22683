package io.mmulab.kernel.mm;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.notifier.MmuNotifierSubscriptions;
import io.mmulab.kernel.paging.PageTable;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;
import io.mmulab.kernel.vma.VmaMerge;
import io.mmulab.kernel.vma.VmaTree;

/** {@code mm_struct}: the VMAs, the page table, the counters and the notifier subscriptions of a process. */
public final class AddressSpace {
    private final int id;
    private final long pageSize;
    private final long taskSize;
    private final VmaTree vmas;
    private final VmaMerge merge;
    private final PageTable pageTable;
    private final MmuNotifierSubscriptions subscriptions;
    private boolean alive = true;
    private boolean thpDisabled;
    private int users = 1;
    private long startBrk;
    private long brk;
    private long defaultFlags;
    private long totalPages;
    private long dataPages;
    private long execPages;
    private long stackPages;
    private long lockedPages;
    private final ResourceLimits limits = new ResourceLimits();
    private final int pageShift;
    private long anonPages;
    private long filePages;
    private long shmemPages;
    private long hugetlbPages;
    private long swapEntries;
    private boolean tlbFlushBatched;
    private boolean hasPinned;
    private boolean unstable;
    private int copros;
    private long minorFaults;
    private long majorFaults;

    /** An empty address space; {@code id} doubles as its ASID. */
    public AddressSpace(int id, Architecture architecture, KernelVersion version) {
        this.id = id;
        this.vmas = new VmaTree(id);
        this.pageSize = architecture.pageSize();
        this.pageShift = architecture.pageShift();
        this.taskSize = architecture.taskSize();
        this.merge = new VmaMerge(vmas, architecture.pageShift(), version);
        this.pageTable = new PageTable(architecture.pageShift(), architecture.paging().bits());
        this.subscriptions = new MmuNotifierSubscriptions(id);
    }

    /** Number within the machine, and its ASID. */
    public int id() {
        return id;
    }

    /** Bytes of a base page. */
    public long pageSize() {
        return pageSize;
    }

    /** {@code offset_in_page}. */
    public int offsetInPage(long address) {
        return (int) (address & (pageSize - 1));
    }

    /** {@code mm_context_add_copro}: a coprocessor with an MMU of its own uses the address space. */
    public void addCopro() {
        copros++;
    }

    /** {@code mm_context_remove_copro}. */
    public void removeCopro() {
        copros--;
    }

    /** {@code context.copros}: coprocessors that use it. */
    public int copros() {
        return copros;
    }

    /** End of user addresses, exclusive. */
    public long taskSize() {
        return taskSize;
    }

    /** Whether it still has users: false once exit_mmap has begun. */
    public boolean isAlive() {
        return alive;
    }

    /** The last user is gone ({@code mmput}). */
    public void setDead() {
        alive = false;
    }

    /** {@code mmget}: one more task uses it. */
    public void addUser() {
        users++;
    }

    /** {@code mmput}: one task less; whether it was the last. */
    public boolean dropUser() {
        return --users == 0;
    }

    /** The VMAs in address order. */
    public VmaTree vmas() {
        return vmas;
    }

    /** Merge and split. */
    public VmaMerge merge() {
        return merge;
    }

    /** The page table. Writing to it is for the choke point only. */
    public PageTable pageTable() {
        return pageTable;
    }

    /** Who wants to hear of changes. */
    public MmuNotifierSubscriptions subscriptions() {
        return subscriptions;
    }

    /** {@code mm->start_brk}: 0 until exec sets it. */
    public long startBrk() {
        return startBrk;
    }

    /** {@code mm->brk}. */
    public long brk() {
        return brk;
    }

    /** Sets both ends of the heap, as exec does. */
    public void startBrkAt(long address) {
        startBrk = address;
        brk = address;
    }

    /** Copies the heap's bounds and the limits (fork). */
    public void inheritFrom(AddressSpace parent) {
        startBrk = parent.startBrk;
        brk = parent.brk;
        limits.copyFrom(parent.limits);
        tlbFlushBatched = parent.tlbFlushBatched;
    }

    /** Moves the end of the heap. */
    public void setBrk(long address) {
        brk = address;
    }

    /** {@code MMF_DISABLE_THP}: prctl(PR_SET_THP_DISABLE). */
    public boolean thpDisabled() {
        return thpDisabled;
    }

    /** prctl(PR_SET_THP_DISABLE). */
    public void disableThp(boolean disable) {
        thpDisabled = disable;
    }

    /** {@code total_vm}, in pages. */
    public long totalPages() {
        return totalPages;
    }

    /** {@code data_vm}: private writable memory, in pages. */
    public long dataPages() {
        return dataPages;
    }

    /** {@code exec_vm}, in pages. */
    public long execPages() {
        return execPages;
    }

    /** {@code stack_vm}, in pages. */
    public long stackPages() {
        return stackPages;
    }

    /** {@code locked_vm}, in pages. */
    public long lockedPages() {
        return lockedPages;
    }

    /** {@code vm_stat_account}: adds to the totals of all mappings and of those of a kind. */
    public void accountPages(long flags, long pages) {
        totalPages += pages;
        if (VmFlags.isExecMapping(flags)) {
            execPages += pages;
        } else if (VmFlags.isStackMapping(flags)) {
            stackPages += pages;
        } else if (VmFlags.isDataMapping(flags)) {
            dataPages += pages;
        }
    }

    /** Adds to {@code locked_vm}. */
    public void addLockedPages(long pages) {
        lockedPages += pages;
    }

    /** {@code may_expand_vm}: whether so many more pages with such flags keep RLIMIT_AS and RLIMIT_DATA. */
    public boolean mayExpand(long flags, long pages) {
        return totalPages + pages <= limits.addressSpace() >>> pageShift
                && (!VmFlags.isDataMapping(flags) || dataPages + pages <= limits.data() >>> pageShift);
    }

    /** {@code mlock_future_ok}: whether so many more pages with such flags keep RLIMIT_MEMLOCK. */
    public boolean mayLock(long flags, long pages) {
        return (flags & VmFlags.LOCKED) == 0 || limits.isPrivileged()
                || pages + lockedPages <= limits.memlock() >>> pageShift;
    }

    /** The limits of the process. */
    public ResourceLimits limits() {
        return limits;
    }

    /** {@code mm->def_flags}: what every new mapping gets (mlockall). */
    public long defaultFlags() {
        return defaultFlags;
    }

    /** Sets {@code mm->def_flags}. */
    public void setDefaultFlags(long flags) {
        defaultFlags = flags;
    }

    /** {@code MM_ANONPAGES}. */
    public long anonPages() {
        return anonPages;
    }

    /** {@code MM_FILEPAGES}. */
    public long filePages() {
        return filePages;
    }

    /** {@code MM_SHMEMPAGES}. */
    public long shmemPages() {
        return shmemPages;
    }

    /** {@code add_mm_counter(MM_ANONPAGES)}. */
    public void addAnonPages(long pages) {
        anonPages += pages;
    }

    /** {@code add_mm_counter(MM_FILEPAGES)} or {@code (MM_SHMEMPAGES)}. */
    public void addFilePages(long pages, boolean shmem) {
        if (shmem) {
            shmemPages += pages;
        } else {
            filePages += pages;
        }
    }

    /** {@code dec_mm_counter(mm_counter(page))}: one page less, of anonymous memory or of what a VMA maps. */
    public void countOut(Vma vma, boolean anon) {
        if (anon) {
            addAnonPages(-1);
        } else {
            addFilePages(-1, vma.mapsShmem());
        }
    }

    /** {@code hugetlb_usage}: base pages of hugetlb pages mapped, no part of the other counters. */
    public long hugetlbPages() {
        return hugetlbPages;
    }

    /** {@code hugetlb_count_add}, {@code hugetlb_count_sub}. */
    public void addHugetlbPages(long pages) {
        hugetlbPages += pages;
    }

    /** {@code MMF_UNSTABLE}: the OOM reaper has been here. */
    public boolean isUnstable() {
        return unstable;
    }

    /** Sets that. */
    public void setUnstable() {
        unstable = true;
    }

    /** {@code tlb_flush_batched}: a flush was put off since {@code flush_tlb_batched_pending} last looked. */
    public boolean isTlbFlushBatched() {
        return tlbFlushBatched;
    }

    /** Sets that. */
    public void setTlbFlushBatched(boolean batched) {
        tlbFlushBatched = batched;
    }

    /** {@code MM_SWAPENTS}. */
    public long swapEntries() {
        return swapEntries;
    }

    /** {@code add_mm_counter(MM_SWAPENTS)}. */
    public void addSwapEntries(long entries) {
        swapEntries += entries;
    }

    /** {@code MMF_HAS_PINNED}: whether pages were ever pinned, so that fork must look. */
    public boolean hasPinned() {
        return hasPinned;
    }

    /** {@code mm_set_has_pinned_flag}. */
    public void setHasPinned() {
        hasPinned = true;
    }

    /** {@code mm_account_fault}. */
    public void countFault(boolean major) {
        if (major) {
            majorFaults++;
        } else {
            minorFaults++;
        }
    }

    /** Faults that needed no I/O. */
    public long minorFaults() {
        return minorFaults;
    }

    /** Faults that needed I/O. */
    public long majorFaults() {
        return majorFaults;
    }

    @Override
    public String toString() {
        return "mm" + id;
    }
}
