package io.mmulab.kernel.event;

import org.jspecify.annotations.Nullable;

/** A chunk of event rows in columns, in sequence order. Filled by {@link EventLog}, read by whoever stores or counts. */
public final class EventColumns {
    private static final Phase[] PHASES = Phase.values();
    private static final EventType[] TYPES = EventType.values();
    private static final Cause[] CAUSES = Cause.values();
    private static final Reaction[] REACTIONS = Reaction.values();
    private static final ViolationKind[] VIOLATIONS = ViolationKind.values();
    private static final byte NULL = -1;

    private final long[] sequence;
    private final long[] operation;
    private final long[] nanoseconds;
    private final int[] mm;
    private final byte[] phase;
    private final byte[] type;
    private final long[] start;
    private final long[] end;
    private final boolean[] blockable;
    private final byte[] cause;
    private final int[] subscriber;
    private final byte[] reaction;
    private final int[] entries;
    private final byte[] violation;
    private int size;

    /** Room for {@code capacity} rows. */
    public EventColumns(int capacity) {
        sequence = new long[capacity];
        operation = new long[capacity];
        nanoseconds = new long[capacity];
        mm = new int[capacity];
        phase = new byte[capacity];
        type = new byte[capacity];
        start = new long[capacity];
        end = new long[capacity];
        blockable = new boolean[capacity];
        cause = new byte[capacity];
        subscriber = new int[capacity];
        reaction = new byte[capacity];
        entries = new int[capacity];
        violation = new byte[capacity];
    }

    void add(long seq, long op, long ns, int space, Phase what, @Nullable EventType event, long from, long to,
            boolean mayBlock, Cause why, int who, @Nullable Reaction did, int dropped, @Nullable ViolationKind rule) {
        int i = size++;
        sequence[i] = seq;
        operation[i] = op;
        nanoseconds[i] = ns;
        mm[i] = space;
        phase[i] = (byte) what.ordinal();
        type[i] = event == null ? NULL : (byte) event.ordinal();
        start[i] = from;
        end[i] = to;
        blockable[i] = mayBlock;
        cause[i] = (byte) why.ordinal();
        subscriber[i] = who;
        reaction[i] = did == null ? NULL : (byte) did.ordinal();
        entries[i] = dropped;
        violation[i] = rule == null ? NULL : (byte) rule.ordinal();
    }

    boolean isFull() {
        return size == sequence.length;
    }

    void clear() {
        size = 0;
    }

    /** Becomes a copy of other columns, which must fit. */
    public void copyOf(EventColumns other) {
        int rows = other.size;
        System.arraycopy(other.sequence, 0, sequence, 0, rows);
        System.arraycopy(other.operation, 0, operation, 0, rows);
        System.arraycopy(other.nanoseconds, 0, nanoseconds, 0, rows);
        System.arraycopy(other.mm, 0, mm, 0, rows);
        System.arraycopy(other.phase, 0, phase, 0, rows);
        System.arraycopy(other.type, 0, type, 0, rows);
        System.arraycopy(other.start, 0, start, 0, rows);
        System.arraycopy(other.end, 0, end, 0, rows);
        System.arraycopy(other.blockable, 0, blockable, 0, rows);
        System.arraycopy(other.cause, 0, cause, 0, rows);
        System.arraycopy(other.subscriber, 0, subscriber, 0, rows);
        System.arraycopy(other.reaction, 0, reaction, 0, rows);
        System.arraycopy(other.entries, 0, entries, 0, rows);
        System.arraycopy(other.violation, 0, violation, 0, rows);
        size = rows;
    }

    /** Rows that there is room for. */
    public int capacity() {
        return sequence.length;
    }

    /** Rows. */
    public int size() {
        return size;
    }

    /** Number of the row within the machine, from 1, without gaps. */
    public long sequence(int i) {
        return sequence[i];
    }

    /** Number of the operation within the machine that caused it. */
    public long operation(int i) {
        return operation[i];
    }

    /** Simulated nanoseconds since the machine was made. */
    public long nanoseconds(int i) {
        return nanoseconds[i];
    }

    /** Id of the address space. */
    public int mm(int i) {
        return mm[i];
    }

    /** What kind of row. */
    public Phase phase(int i) {
        return PHASES[phase[i]];
    }

    /** The mmu notifier event, where the call carries one. */
    public @Nullable EventType type(int i) {
        return type[i] == NULL ? null : TYPES[type[i]];
    }

    /** First byte of the range. */
    public long start(int i) {
        return start[i];
    }

    /** End of the range, exclusive; -1 for the whole address space. */
    public long end(int i) {
        return end[i];
    }

    /** Whether callbacks may sleep. */
    public boolean blockable(int i) {
        return blockable[i];
    }

    /** Why. */
    public Cause cause(int i) {
        return CAUSES[cause[i]];
    }

    /** Device that reacted, or {@link EventSink#NO_SUBSCRIBER}. */
    public int subscriber(int i) {
        return subscriber[i];
    }

    /** What it did. */
    public @Nullable Reaction reaction(int i) {
        return reaction[i] == NULL ? null : REACTIONS[reaction[i]];
    }

    /** Entries dropped, or faults taken. */
    public int entries(int i) {
        return entries[i];
    }

    /** The broken rule. */
    public @Nullable ViolationKind violation(int i) {
        return violation[i] == NULL ? null : VIOLATIONS[violation[i]];
    }
}
