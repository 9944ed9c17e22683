package io.mmulab.lab.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.event.EventColumns;

/**
 * Between machines that make events and the database: chunks are copied into one of a fixed number of buffers and stored by
 * another thread, several in a transaction. Where all buffers are full the machines wait, so a slow database slows the run
 * and never fills the heap.
 */
final class EventPipeline implements AutoCloseable {
    /** Buffers of 4096 rows, 370 KB each. */
    private static final int BUFFERS = 32;
    /** Chunks of a transaction. */
    private static final int BATCH = 16;

    private final BlockingQueue<Chunk> free = new ArrayBlockingQueue<>(BUFFERS);
    private final BlockingQueue<Chunk> full = new ArrayBlockingQueue<>(BUFFERS);
    private final Sink sink;
    private final Thread writer;
    private volatile @Nullable RuntimeException failure;
    private volatile boolean closed;

    EventPipeline(String name, Sink sink) {
        this.sink = sink;
        for (int i = 0; i < BUFFERS; i++) {
            free.add(new Chunk());
        }
        writer = Thread.ofPlatform().name("events-of-" + name).daemon().start(this::write);
    }

    /** A chunk of a machine's events on its way. */
    static final class Chunk {
        private long machine;
        private @Nullable EventColumns rows;

        long machine() {
            return machine;
        }

        EventColumns rows() {
            EventColumns here = rows;
            if (here == null) {
                throw new IllegalStateException("an empty buffer was to be stored");
            }
            return here;
        }

        private void fill(long number, EventColumns from) {
            EventColumns to = rows;
            if (to == null || to.capacity() < from.size()) {
                to = new EventColumns(from.capacity());
                rows = to;
            }
            to.copyOf(from);
            machine = number;
        }
    }

    /** Stores chunks: all of them, or none. */
    @FunctionalInterface
    interface Sink {
        /** In one transaction. */
        void store(List<Chunk> chunks);
    }

    /**
     * Takes a chunk, perhaps after a wait.
     *
     * @throws RuntimeException if an earlier one could not be stored
     */
    void accept(long machine, EventColumns rows) {
        Chunk buffer = take();
        buffer.fill(machine, rows);
        full.add(buffer);
    }

    /** Chunks that nobody has begun to store. */
    int waiting() {
        return full.size();
    }

    /** Waits until everything is stored. */
    void drain() {
        List<Chunk> all = new ArrayList<>();
        while (all.size() < BUFFERS) {
            all.add(take());
        }
        free.addAll(all);
    }

    private Chunk take() {
        try {
            while (true) {
                RuntimeException broken = failure;
                if (broken != null) {
                    throw broken;
                }
                Chunk buffer = free.poll(100, TimeUnit.MILLISECONDS);
                if (buffer != null) {
                    return buffer;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException();
        }
    }

    private void write() {
        List<Chunk> batch = new ArrayList<>();
        try {
            while (!closed) {
                Chunk first = full.poll(100, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    full.drainTo(batch, BATCH - 1);
                    sink.store(batch);
                    free.addAll(batch);
                    batch.clear();
                }
            }
        } catch (RuntimeException e) {
            failure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the other thread; what it has not stored yet is lost. */
    @Override
    public void close() {
        closed = true;
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
