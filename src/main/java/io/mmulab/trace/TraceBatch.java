package io.mmulab.trace;

/**
 * Records as columns: record {@code i} is element {@code i} of every array, for {@code i < size}. A reader overwrites
 * them, so a batch is made once and reused. Accesses set only {@code kind, pid, line, address, length} and leave the
 * other columns as they were; every other record sets all of them, with 0 (and -1 in {@code fd}) for what its call
 * does not have.
 */
public final class TraceBatch {

    /** Records in a batch, if not said otherwise. */
    public static final int DEFAULT_CAPACITY = 4096;

    /** {@link RecordKind#code} of each record. */
    public final byte[] kind;

    /** Process (or thread) that made the record; 0 if the log names none. */
    public final int[] pid;

    /** 1-based line that completed the record. */
    public final long[] line;

    /** Virtual address, unsigned. */
    public final long[] address;

    /** Bytes, unsigned, as the program gave them: not rounded to pages. */
    public final long[] length;

    /** What the call returned: an address or a value, or -errno (Linux numbers) if it failed. */
    public final long[] result;

    /** {@code PROT_} bits. */
    public final int[] prot;

    /** {@code MAP_}, {@code MREMAP_}, {@code MS_}, {@code MCL_}, {@code MLOCK_} or clone bits, or the advice. */
    public final int[] flags;

    /** File descriptor, -1 for none. */
    public final int[] fd;

    /** Bytes into the file; the new length of a {@link RecordKind#MREMAP}. */
    public final long[] offset;

    /** Number of records. */
    public int size;

    public TraceBatch() {
        this(DEFAULT_CAPACITY);
    }

    /** A batch of at most {@code capacity} records, at least 1. */
    public TraceBatch(final int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity < 1");
        }
        kind = new byte[capacity];
        pid = new int[capacity];
        line = new long[capacity];
        address = new long[capacity];
        length = new long[capacity];
        result = new long[capacity];
        prot = new int[capacity];
        flags = new int[capacity];
        fd = new int[capacity];
        offset = new long[capacity];
    }

    /** The most records that fit. */
    public int capacity() {
        return kind.length;
    }

    /** Whether no further record fits. */
    public boolean isFull() {
        return size == kind.length;
    }

    /** Kind of record {@code i}. */
    public RecordKind kindOf(final int i) {
        return RecordKind.of(kind[i]);
    }

    /** Sets all columns of the row behind the last record, which becomes a record when {@code size} is raised. */
    void prepare(final RecordKind newKind, final int newPid, final long newLine) {
        final int i = size;
        kind[i] = newKind.code();
        pid[i] = newPid;
        line[i] = newLine;
        address[i] = 0;
        length[i] = 0;
        result[i] = 0;
        prot[i] = 0;
        flags[i] = 0;
        fd[i] = -1;
        offset[i] = 0;
    }

    /** Copies {@code count} rows of another batch to here; sizes stay. */
    void copyRows(final TraceBatch from, final int fromRow, final int toRow, final int count) {
        System.arraycopy(from.kind, fromRow, kind, toRow, count);
        System.arraycopy(from.pid, fromRow, pid, toRow, count);
        System.arraycopy(from.line, fromRow, line, toRow, count);
        System.arraycopy(from.address, fromRow, address, toRow, count);
        System.arraycopy(from.length, fromRow, length, toRow, count);
        System.arraycopy(from.result, fromRow, result, toRow, count);
        System.arraycopy(from.prot, fromRow, prot, toRow, count);
        System.arraycopy(from.flags, fromRow, flags, toRow, count);
        System.arraycopy(from.fd, fromRow, fd, toRow, count);
        System.arraycopy(from.offset, fromRow, offset, toRow, count);
    }
}
