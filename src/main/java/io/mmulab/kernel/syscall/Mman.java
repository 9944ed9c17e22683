package io.mmulab.kernel.syscall;

import io.mmulab.kernel.vma.VmFlags;

/** The constants of {@code <sys/mman.h>} on x86-64 and arm64. */
public final class Mman {
    /** Pages may be read. */
    public static final int PROT_READ = 1;
    /** Pages may be written. */
    public static final int PROT_WRITE = 2;
    /** Pages may be executed. */
    public static final int PROT_EXEC = 4;

    /** Changes are shared. */
    public static final int MAP_SHARED = 0x01;
    /** Changes are private. */
    public static final int MAP_PRIVATE = 0x02;
    /** Shared, and unknown flags are refused. */
    public static final int MAP_SHARED_VALIDATE = 0x03;
    /** Mask of the three above. */
    public static final int MAP_TYPE = 0x0f;
    /** At this address, over whatever is there. */
    public static final int MAP_FIXED = 0x10;
    /** Not backed by a file. */
    public static final int MAP_ANONYMOUS = 0x20;
    /** A stack. */
    public static final int MAP_GROWSDOWN = 0x0100;
    /** Locked in memory. */
    public static final int MAP_LOCKED = 0x2000;
    /** Not charged. */
    public static final int MAP_NORESERVE = 0x4000;
    /** Faulted in at once. */
    public static final int MAP_POPULATE = 0x8000;
    /** Huge pages. */
    public static final int MAP_HUGETLB = 0x40000;
    /** At this address, if nothing is there. */
    public static final int MAP_FIXED_NOREPLACE = 0x100000;

    /** madvise: no special treatment. */
    public static final int MADV_NORMAL = 0;
    /** madvise: expect random access. */
    public static final int MADV_RANDOM = 1;
    /** madvise: expect sequential access. */
    public static final int MADV_SEQUENTIAL = 2;
    /** madvise: will be needed soon. */
    public static final int MADV_WILLNEED = 3;
    /** madvise: contents are not needed. */
    public static final int MADV_DONTNEED = 4;
    /** madvise: may be freed lazily. */
    public static final int MADV_FREE = 8;

    private Mman() {}

    /** {@code calc_vm_prot_bits}. */
    static long vmFlags(int prot) {
        return prot & (PROT_READ | PROT_WRITE | PROT_EXEC) & VmFlags.ACCESS;
    }
}
