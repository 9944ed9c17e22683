package io.mmulab.trace;

/**
 * Records in the order of their lines, on their way to a batch. A place can be held for a fork whose parent is not known
 * yet; nothing behind it is delivered until it is resolved or dropped.
 */
final class RecordQueue {

    private static final int FIRST_CAPACITY = 64;

    /** Kinds that no record has. */
    private static final byte HELD = -1;

    private static final byte DROPPED = -2;

    private TraceBatch rows = new TraceBatch(FIRST_CAPACITY);
    private int head;

    /** Records that ever left the front of {@link #rows}: a place is a row plus this. */
    private long moved;

    /** The rows, with room for one more. */
    TraceBatch withRoom() {
        if (rows.isFull()) {
            final int waiting = waiting();
            final TraceBatch target = head > 0 ? rows : new TraceBatch(2 * rows.capacity());
            target.copyRows(rows, head, 0, waiting);
            target.size = waiting;
            rows = target;
            moved += head;
            head = 0;
        }
        return rows;
    }

    /** Makes the prepared row a record. */
    void commit() {
        rows.size++;
    }

    int waiting() {
        return rows.size - head;
    }

    /** Holds a place for the fork that makes {@code child}. */
    long hold(final int child, final long line) {
        final TraceBatch batch = withRoom();
        batch.prepare(RecordKind.FORK, 0, line);
        batch.result[batch.size] = child;
        batch.kind[batch.size] = HELD;
        commit();
        return moved + batch.size - 1;
    }

    void resolve(final long place, final RecordKind kind, final int parent, final int flags) {
        final int row = (int) (place - moved);
        rows.kind[row] = kind.code();
        rows.pid[row] = parent;
        rows.flags[row] = flags;
    }

    void drop(final long place) {
        rows.kind[(int) (place - moved)] = DROPPED;
    }

    /** The line that made the place necessary. */
    long lineAt(final long place) {
        return rows.line[(int) (place - moved)];
    }

    /** Moves what can go and fits to the end of the batch; the number of records moved. */
    int deliver(final TraceBatch batch) {
        final int before = batch.size;
        while (head < rows.size && !batch.isFull() && rows.kind[head] != HELD) {
            if (rows.kind[head] != DROPPED) {
                batch.copyRows(rows, head, batch.size, 1);
                batch.size++;
            }
            head++;
        }
        if (head == rows.size) {
            moved += head;
            head = 0;
            rows.size = 0;
        }
        return batch.size - before;
    }
}
