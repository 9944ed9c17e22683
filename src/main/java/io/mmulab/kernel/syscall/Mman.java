package io.mmulab.kernel.syscall;

import io.mmulab.kernel.arch.Architecture;
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
    /** Where log2 of the huge page size stands in the flags; 0 is the default size. */
    public static final int MAP_HUGE_SHIFT = 26;
    /** Mask of that, shifted down. */
    public static final int MAP_HUGE_MASK = 0x3f;
    /** At this address, if nothing is there. */
    public static final int MAP_FIXED_NOREPLACE = 0x100000;

    /** {@code LEGACY_MAP_MASK} with the flags above: what MAP_SHARED_VALIDATE accepts. */
    static final int LEGACY_MAP_MASK = MAP_SHARED_VALIDATE | MAP_FIXED | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_LOCKED
            | MAP_NORESERVE | MAP_POPULATE | MAP_HUGETLB | 0x0800 | 0x1000 | 0x10000 | 0x20000;

    /** mremap: may move if it cannot grow in place. */
    public static final int MREMAP_MAYMOVE = 1;
    /** mremap: to this address, over whatever is there. */
    public static final int MREMAP_FIXED = 2;
    /** mremap: move the pages, keep the mapping. */
    public static final int MREMAP_DONTUNMAP = 4;

    /** mlockall: what is mapped. */
    public static final int MCL_CURRENT = 1;
    /** mlockall: what will be mapped. */
    public static final int MCL_FUTURE = 2;
    /** mlockall: lock pages when they are faulted in. */
    public static final int MCL_ONFAULT = 4;
    /** mlock2: lock pages when they are faulted in. */
    public static final int MLOCK_ONFAULT = 1;

    /** msync: start writing. */
    public static final int MS_ASYNC = 1;
    /** msync: other mappings are to see it. */
    public static final int MS_INVALIDATE = 2;
    /** msync: write, and wait. */
    public static final int MS_SYNC = 4;

    private Mman() {}

    /** {@code calc_vm_prot_bits}; where there are protection keys, PROT_EXEC alone takes one ({@code execute_only_pkey}). */
    static long vmFlags(Architecture architecture, int prot) {
        long flags = prot & (PROT_READ | PROT_WRITE | PROT_EXEC) & VmFlags.ACCESS;
        return flags == VmFlags.EXEC && architecture.entries().executeOnlyByKey() ? flags | VmFlags.EXECUTE_ONLY_KEY
                : flags;
    }
}
