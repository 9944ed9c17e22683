package io.mmulab.kernel.vma;

/** {@code vm_flags}, with the values of {@code include/linux/mm.h}. */
public final class VmFlags {
    /** Loads allowed. */
    public static final long READ = 0x1;
    /** Stores allowed. */
    public static final long WRITE = 0x2;
    /** Fetches allowed. */
    public static final long EXEC = 0x4;
    /** Stores reach the file, and whoever else maps it. */
    public static final long SHARED = 0x8;
    /** mprotect may grant {@link #READ}. */
    public static final long MAYREAD = 0x10;
    /** mprotect may grant {@link #WRITE}. */
    public static final long MAYWRITE = 0x20;
    /** mprotect may grant {@link #EXEC}. */
    public static final long MAYEXEC = 0x40;
    /** Mapped MAP_SHARED, even where {@link #SHARED} was cleared. */
    public static final long MAYSHARE = 0x80;
    /** Grows down on a fault just below: a stack. */
    public static final long GROWSDOWN = 0x100;
    /** userfaultfd hears of missing pages. */
    public static final long UFFD_MISSING = 0x200;
    /** Page frames without {@code struct page}. */
    public static final long PFNMAP = 0x400;
    /** A guard was installed some time (7.3). */
    public static final long MAYBE_GUARD = 0x800;
    /** userfaultfd hears of writes to protected pages. */
    public static final long UFFD_WP = 0x1000;
    /** Locked in memory. */
    public static final long LOCKED = 0x2000;
    /** Device registers, or similar. */
    public static final long IO = 0x4000;
    /** MADV_SEQUENTIAL. */
    public static final long SEQ_READ = 0x8000;
    /** MADV_RANDOM. */
    public static final long RAND_READ = 0x1_0000;
    /** MADV_DONTFORK: fork leaves it out. */
    public static final long DONTCOPY = 0x2_0000;
    /** mremap may not grow it. */
    public static final long DONTEXPAND = 0x4_0000;
    /** With {@link #LOCKED}: pages are locked when they are faulted in, not before. */
    public static final long LOCKONFAULT = 0x8_0000;
    /** Charged against overcommit. */
    public static final long ACCOUNT = 0x10_0000;
    /** Not to be charged against overcommit. */
    public static final long NORESERVE = 0x20_0000;
    /** hugetlb. */
    public static final long HUGETLB = 0x40_0000;
    /** MADV_WIPEONFORK: zeroes in the child. */
    public static final long WIPEONFORK = 0x200_0000;
    /** MADV_DONTDUMP. */
    public static final long DONTDUMP = 0x400_0000;
    /** Soft-dirty: mapped since soft-dirty was cleared last. Ignored by merging. */
    public static final long SOFTDIRTY = 0x800_0000;
    /** Page frames with and without {@code struct page}. */
    public static final long MIXEDMAP = 0x1000_0000;
    /** MADV_HUGEPAGE. */
    public static final long HUGEPAGE = 0x2000_0000;
    /** MADV_NOHUGEPAGE. */
    public static final long NOHUGEPAGE = 0x4000_0000;
    /** MADV_MERGEABLE: KSM may merge its pages. */
    public static final long MERGEABLE = 0x8000_0000L;
    /** The protection key of memory that may be executed only ({@code VM_PKEY_BIT0}). */
    public static final long EXECUTE_ONLY_KEY = 1L << 32;
    /** Pages may be dropped under pressure. */
    public static final long DROPPABLE = 1L << 40;

    /** The three access rights. */
    public static final long ACCESS = READ | WRITE | EXEC;
    /** {@code VM_SPECIAL}: never merged, never locked. */
    public static final long SPECIAL = IO | DONTEXPAND | PFNMAP | MIXEDMAP;
    /** {@code VM_LOCKED_MASK}. */
    public static final long LOCKED_MASK = LOCKED | LOCKONFAULT;
    /** {@code __VM_UFFD_FLAGS}. */
    public static final long UFFD = UFFD_MISSING | UFFD_WP;

    private VmFlags() {}

    /** {@code is_cow_mapping}: private, and writable some day. */
    public static boolean isCow(long flags) {
        return (flags & (SHARED | MAYWRITE)) == MAYWRITE;
    }

    /** {@code is_exec_mapping}: code, for the accounting by kind. */
    public static boolean isExecMapping(long flags) {
        return (flags & (EXEC | WRITE | GROWSDOWN)) == EXEC;
    }

    /** {@code is_stack_mapping}. */
    public static boolean isStackMapping(long flags) {
        return (flags & GROWSDOWN) != 0;
    }

    /** {@code is_data_mapping}: private and writable, no stack; what RLIMIT_DATA counts. */
    public static boolean isDataMapping(long flags) {
        return (flags & (WRITE | SHARED | GROWSDOWN)) == WRITE;
    }
}
