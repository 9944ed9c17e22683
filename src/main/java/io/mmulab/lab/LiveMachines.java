package io.mmulab.lab;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The machines in memory, at most {@code mmulab.limits.live-machines} of them: those that were used last. One thread at a
 * time has a machine.
 */
@Component
class LiveMachines {
    private final int capacity;
    private final Map<String, Slot> slots = new LinkedHashMap<>(16, 0.75f, true);

    LiveMachines(Limits limits) {
        this.capacity = limits.liveMachines();
    }

    /** Gives the caller's work the slot of a machine, for itself alone. */
    <R> R exclusively(String id, Function<Slot, R> work) {
        Slot slot = lock(id);
        try {
            return work.apply(slot);
        } finally {
            unlock(id, slot);
        }
    }

    /** Machines in memory. */
    synchronized int count() {
        return slots.size();
    }

    /** Forgets all machines that nobody uses at the moment. */
    synchronized void clear() {
        slots.values().removeIf(LiveMachines::retire);
    }

    /** The caller's finally block releases it. */
    @SuppressWarnings("LockNotBeforeTry")
    private Slot lock(String id) {
        while (true) {
            Slot slot = slot(id);
            slot.lock.lock();
            if (!slot.retired) {
                return slot;
            }
            slot.lock.unlock();
        }
    }

    private synchronized void unlock(String id, Slot slot) {
        if (slot.live == null) {
            slot.retired = true;
            slots.remove(id, slot);
        }
        slot.lock.unlock();
    }

    private synchronized Slot slot(String id) {
        Slot slot = slots.get(id);
        if (slot == null) {
            makeRoom();
            slot = new Slot();
            slots.put(id, slot);
        }
        return slot;
    }

    private void makeRoom() {
        var eldest = slots.values().iterator();
        while (slots.size() >= capacity && eldest.hasNext()) {
            if (retire(eldest.next())) {
                eldest.remove();
            }
        }
    }

    private static boolean retire(Slot slot) {
        if (slot.lock.isHeldByCurrentThread() || !slot.lock.tryLock()) {
            return false;
        }
        slot.retired = true;
        slot.lock.unlock();
        return true;
    }

    /** The place of one machine. */
    static final class Slot {
        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable LiveMachine live;
        private boolean retired;

        @Nullable
        LiveMachine live() {
            return live;
        }

        void keep(LiveMachine machine) {
            live = machine;
        }

        void drop() {
            live = null;
        }
    }
}
