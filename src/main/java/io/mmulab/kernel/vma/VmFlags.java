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
    /** Registered with userfaultfd for pages that are missing. */
    public static final long UFFD_MISSING = 0x200;
    /** Registered with userfaultfd for write protection. */
    public static final long UFFD_WP = 0x1000;
    /** Grows down on a fault just below: a stack. */
    public static final long GROWSDOWN = 0x100;
    /** Locked in memory. */
    public static final long LOCKED = 0x2000;
    /** Locked in memory, but only as pages are faulted in. */
    public static final long LOCKONFAULT = 0x80000;
    /** Not charged against overcommit. */
    public static final long NORESERVE = 0x200000;
    /** Charged against overcommit. */
    public static final long ACCOUNT = 0x100000;
    /** Soft-dirty: ignored by merging. */
    public static final long SOFTDIRTY = 0x8000000;

    /** mremap may not grow it. */
    public static final long DONTEXPAND = 0x4_0000;
    /** hugetlb. */
    public static final long HUGETLB = 0x40_0000;
    /** MADV_HUGEPAGE. */
    public static final long HUGEPAGE = 0x2000_0000;
    /** MADV_NOHUGEPAGE. */
    public static final long NOHUGEPAGE = 0x4000_0000;
    /** {@code VM_SPECIAL}: never merged, never locked. */
    public static final long SPECIAL = 0x4000 | 0x4_0000 | 0x400 | 0x1000_0000;

    /** The three access rights. */
    public static final long ACCESS = READ | WRITE | EXEC;

    /** What userfaultfd registration sets ({@code __VM_UFFD_FLAGS}). */
    public static final long UFFD = UFFD_MISSING | UFFD_WP;

    private VmFlags() {}

    /** {@code is_cow_mapping}: private, and writable some day. */
    public static boolean isCow(long flags) {
        return (flags & (SHARED | MAYWRITE)) == MAYWRITE;
    }
}
