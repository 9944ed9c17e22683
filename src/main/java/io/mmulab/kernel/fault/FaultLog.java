package io.mmulab.kernel.fault;

/**
 * The faults of the running operation, in columns: the first {@link #CAPACITY} are kept, the rest only counted. Reused from
 * operation to operation.
 */
public final class FaultLog {
    /** Faults kept per operation. */
    public static final int CAPACITY = 1024;
    private static final FaultPath[] PATHS = FaultPath.values();

    private final int[] mms = new int[CAPACITY];
    private final long[] addresses = new long[CAPACITY];
    private final int[] flags = new int[CAPACITY];
    private final byte[] paths = new byte[CAPACITY];
    private final int[] results = new int[CAPACITY];
    private final long[] byPath = new long[PATHS.length];
    private int kept;
    private long count;

    /** Starts a new operation; the totals by path go on. */
    public void clear() {
        kept = 0;
        count = 0;
    }

    /** Notes a fault. */
    public void add(int mm, long address, int faultFlags, FaultPath path, int result) {
        byPath[path.ordinal()]++;
        count++;
        if (kept < CAPACITY) {
            mms[kept] = mm;
            addresses[kept] = address;
            flags[kept] = faultFlags;
            paths[kept] = (byte) path.ordinal();
            results[kept] = result;
            kept++;
        }
    }

    /** Faults of this operation. */
    public long count() {
        return count;
    }

    /** Faults of this operation that were kept. */
    public int kept() {
        return kept;
    }

    /** Address space of a kept fault. */
    public int mm(int i) {
        return mms[i];
    }

    /** Faulting address of a kept fault. */
    public long address(int i) {
        return addresses[i];
    }

    /** {@link FaultFlags} of a kept fault. */
    public int flags(int i) {
        return flags[i];
    }

    /** Path of a kept fault. */
    public FaultPath path(int i) {
        return PATHS[paths[i]];
    }

    /** {@link VmFault} bits of a kept fault. */
    public int result(int i) {
        return results[i];
    }

    /** Faults of the machine's whole life that took a path. */
    public long total(FaultPath path) {
        return byPath[path.ordinal()];
    }
}
