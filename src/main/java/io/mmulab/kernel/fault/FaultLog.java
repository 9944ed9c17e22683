package io.mmulab.kernel.fault;

/**
 * The faults of the running operation, packed: the first {@link #CAPACITY} are kept, the rest only counted. Reused from
 * operation to operation.
 */
public final class FaultLog {
    /** Faults kept per operation. */
    public static final int CAPACITY = 1024;
    private static final FaultPath[] PATHS = FaultPath.values();

    /** Words of a fault: its address; its flags and result; its address space and path. */
    private static final int WORDS = 3;
    private static final int PATH_BITS = 8;

    private final long[] words = new long[CAPACITY * WORDS];
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
            int at = WORDS * kept++;
            words[at] = address;
            words[at + 1] = (long) faultFlags << Integer.SIZE | Integer.toUnsignedLong(result);
            words[at + 2] = (long) mm << PATH_BITS | path.ordinal();
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
        return (int) (words[WORDS * i + 2] >>> PATH_BITS);
    }

    /** Faulting address of a kept fault. */
    public long address(int i) {
        return words[WORDS * i];
    }

    /** {@link FaultFlags} of a kept fault. */
    public int flags(int i) {
        return (int) (words[WORDS * i + 1] >>> Integer.SIZE);
    }

    /** Path of a kept fault. */
    public FaultPath path(int i) {
        return PATHS[(int) words[WORDS * i + 2] & ((1 << PATH_BITS) - 1)];
    }

    /** {@link VmFault} bits of a kept fault. */
    public int result(int i) {
        return (int) words[WORDS * i + 1];
    }

    /** Faults of the machine's whole life that took a path. */
    public long total(FaultPath path) {
        return byPath[path.ordinal()];
    }
}
