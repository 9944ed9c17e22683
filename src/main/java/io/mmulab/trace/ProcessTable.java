package io.mmulab.trace;

import org.jspecify.annotations.Nullable;

/** Processes by number: open addressing with linear probing, because boxing a key for every line would be waste. */
final class ProcessTable {

    private @Nullable TracedProcess[] processes = new @Nullable TracedProcess[64];
    private int[] keys = new int[64];
    private int size;

    int size() {
        return size;
    }

    @Nullable
    TracedProcess get(final int pid) {
        return processes[slot(pid)];
    }

    void put(final int pid, final TracedProcess process) {
        if (2 * size >= keys.length) {
            grow();
        }
        final int slot = slot(pid);
        if (processes[slot] == null) {
            size++;
        }
        keys[slot] = pid;
        processes[slot] = process;
    }

    void remove(final int pid) {
        int hole = slot(pid);
        if (processes[hole] == null) {
            return;
        }
        size--;
        processes[hole] = null;
        // Whoever was pushed past the hole by it moves up, so that every search may stop at the first empty slot.
        final int mask = keys.length - 1;
        int at = (hole + 1) & mask;
        for (TracedProcess process = processes[at]; process != null; process = processes[at]) {
            final int home = home(keys[at]);
            if (((at - home) & mask) >= ((at - hole) & mask)) {
                keys[hole] = keys[at];
                processes[hole] = process;
                processes[at] = null;
                hole = at;
            }
            at = (at + 1) & mask;
        }
    }

    /** The only process of the table, or null if there is none or more than one. */
    @Nullable
    TracedProcess single() {
        if (size == 1) {
            for (final TracedProcess process : processes) {
                if (process != null) {
                    return process;
                }
            }
        }
        return null;
    }

    /** How many processes are in a call that would make a record. */
    int inRecordedCalls() {
        int count = 0;
        for (int i = 0; i < keys.length; i++) {
            final TracedProcess process = processes[i];
            if (process != null && process.pid == keys[i] && process.call != null) {
                count++;
            }
        }
        return count;
    }

    private void grow() {
        final @Nullable TracedProcess[] oldProcesses = processes;
        final int[] oldKeys = keys;
        processes = new @Nullable TracedProcess[2 * oldKeys.length];
        keys = new int[2 * oldKeys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            final TracedProcess process = oldProcesses[i];
            if (process != null) {
                final int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                processes[slot] = process;
            }
        }
    }

    /** Where the pid is, or the empty slot where it would be. */
    private int slot(final int pid) {
        int slot = home(pid);
        while (processes[slot] != null && keys[slot] != pid) {
            slot = (slot + 1) & (keys.length - 1);
        }
        return slot;
    }

    private int home(final int pid) {
        final int mixed = pid * 0x9e3779b9;
        return (mixed ^ (mixed >>> 16)) & (keys.length - 1);
    }
}
