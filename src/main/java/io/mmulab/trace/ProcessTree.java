package io.mmulab.trace;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Who made whom, in an strace log. A child often speaks before its parent's fork has returned: always after a vfork.
 * Its birth must be delivered before its first record, so at the first line of an unknown process:
 *
 * <ul>
 * <li>If one fork is waiting for its second half without a child, that fork made it. Its record is delivered at once;
 * the second half, which can be far away, only confirms it.
 * <li>If several are waiting, any of them may have made it. Guessing would give a child the wrong memory, so a place is
 * held for the fork, and all records behind it wait (all, not only the child's, because a simulator must see the
 * parents' changes in their order, too) until a fork returns the child's number.
 * <li>If none is waiting, the log doesn't show its birth: it is a root.
 * </ul>
 *
 * <p>A log written to a terminal puts no number before the lines of a process that is alone. Such a process keeps pid 0,
 * also when it gets a number by {@code [pid N]} later.
 */
final class ProcessTree {

    private final LineReader reader;
    private final RecordQueue queue;
    private final TraceLimits limits;
    private final ProcessTable table = new ProcessTable();
    private @Nullable TracedProcess unnamed;

    /** Processes in a fork whose child was not seen yet. */
    private final List<TracedProcess> forking = new ArrayList<>();

    /** Processes whose birth has a held place. */
    private final List<TracedProcess> held = new ArrayList<>();

    ProcessTree(final LineReader reader, final RecordQueue queue, final TraceLimits limits) {
        this.reader = reader;
        this.queue = queue;
        this.limits = limits;
    }

    /** The process of a line, introduced if this is its first; null if the line can't belong to any. */
    @Nullable
    TracedProcess of(final StraceLine line) throws IOException {
        if (line.pid == StraceLine.NO_PID) {
            return unnamed();
        }
        final TracedProcess known = table.get(line.pid);
        if (known != null) {
            return known;
        }
        final TracedProcess alone = unnamed;
        if (alone != null && alone.alias == 0 && (line.resumes() || (line.bracketed && forking.isEmpty()))) {
            alone.alias = line.pid;
            add(line.pid, alone);
            return alone;
        }
        return line.resumes() ? null : introduce(line.pid);
    }

    private @Nullable TracedProcess unnamed() throws IOException {
        if (unnamed == null && table.size() > 0) {
            return table.single();
        }
        if (unnamed == null) {
            unnamed = new TracedProcess(0);
            add(0, unnamed);
            reader.roots++;
        }
        return unnamed;
    }

    private TracedProcess introduce(final int pid) throws IOException {
        final TracedProcess child = new TracedProcess(pid);
        add(pid, child);
        final TracedProcess parent = forking.size() == 1 ? forking.getFirst() : null;
        if (parent != null && parent.forkKind != null) {
            parent.seenChild = pid;
            forking.clear();
            record(parent.forkKind, parent.pid, parent.forkFlags, pid);
        } else if (forking.isEmpty()) {
            reader.roots++;
        } else {
            child.heldAt = queue.hold(pid, reader.source.lineNumber);
            held.add(child);
        }
        return child;
    }

    private void add(final int pid, final TracedProcess process) throws IOException {
        table.put(pid, process);
        if (table.size() > limits.maxProcesses()) {
            throw reader.source.limit("maxProcesses", limits.maxProcesses(), "more processes run at once");
        }
    }

    /** The first half of a fork was read; its kind is null if its flags come with the second half only. */
    void beginFork(final TracedProcess parent, final @Nullable RecordKind kind, final int flags) {
        parent.forkKind = kind;
        parent.forkFlags = flags;
        forking.add(parent);
    }

    /**
     * A fork returned. Makes its record, unless the child's first line made it.
     *
     * @param result the child, or -errno
     * @return what is wrong, or null
     */
    @Nullable
    String endFork(final TracedProcess parent, final RecordKind kind, final int flags, final long result)
            throws IOException {
        final int seen = parent.seenChild;
        forking.remove(parent);
        if (seen != 0) {
            return seen == result ? null
                    : "the fork returned " + result + ", but process " + seen + " began while it was the only one";
        }
        if (result <= 0) {
            record(kind, parent.pid, flags, result);
            return null;
        }
        if (result > Integer.MAX_VALUE) {
            return "the fork returned no process number";
        }
        final int pid = (int) result;
        for (int i = 0; i < held.size(); i++) {
            if (held.get(i).pid == pid) {
                queue.resolve(held.remove(i).heldAt, kind, parent.pid, flags);
                return null;
            }
        }
        if (table.get(pid) != null) {
            return "the fork returned " + pid + ", which runs already";
        }
        add(pid, new TracedProcess(pid));
        record(kind, parent.pid, flags, result);
        return null;
    }

    /** The call that a process is in will not have a second half. */
    void abandonCall(final TracedProcess process) {
        forking.remove(process);
        process.endCall();
    }

    /** The process is gone before its call returned. */
    private void countUnfinished(final TracedProcess process) {
        if (process.call != null) {
            reader.unfinished++;
        }
        abandonCall(process);
    }

    /** Another thread's execve has ended all others, and goes on under the number of this process. */
    void supersede(final TracedProcess leader, final int thread) throws IOException {
        countUnfinished(leader);
        final TracedProcess executing = table.get(thread);
        if (executing != null && executing != leader) {
            leader.takeOver(executing);
            exit(executing, 0);
        }
    }

    void exit(final TracedProcess process, final int status) {
        countUnfinished(process);
        table.remove(process.pid);
        if (process.alias != 0) {
            table.remove(process.alias);
        }
        if (process == unnamed) {
            unnamed = null;
        }
        record(RecordKind.EXIT, process.pid, 0, status);
    }

    /** To be called after each line: gives up on births that nothing will explain. */
    void settle() throws IOException {
        if (!held.isEmpty() && forking.isEmpty()) {
            giveUp("began while several forks were under way, and none of them returned it");
        } else if (!held.isEmpty() && queue.waiting() > limits.maxHeldRecords()) {
            giveUp("has no parent yet, and more records wait for it than the limit maxHeldRecords = "
                    + limits.maxHeldRecords());
        }
    }

    /** The log is at its end. */
    void end() throws IOException {
        reader.unfinished += table.inRecordedCalls();
        if (!held.isEmpty()) {
            giveUp("began while several forks were under way, and the log ends before they return");
        }
    }

    private void giveUp(final String reason) throws IOException {
        while (!held.isEmpty()) {
            final TracedProcess child = held.removeLast();
            final long line = queue.lineAt(child.heldAt);
            queue.drop(child.heldAt);
            reader.roots++;
            reader.malformed(line, "", "process " + child.pid + ' ' + reason);
        }
    }

    private void record(final RecordKind kind, final int pid, final int flags, final long result) {
        final TraceBatch row = queue.withRoom();
        row.prepare(kind, pid, reader.source.lineNumber);
        row.flags[row.size] = flags;
        row.result[row.size] = result;
        queue.commit();
    }
}
