package io.mmulab.trace;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Reads logs of valgrind's lackey. Nearly all lines are accesses, so these are taken straight out of the buffer, a byte
 * at a time and without looking for the end of the line first; everything else is rare.
 *
 * <p>Accesses name no process: they belong to the process of the banner, or of the last system call. If a program forks
 * and both write one log, that is right only while one of them sleeps; {@code --log-file=NAME.%p} gives each its own.
 *
 * <p>valgrind runs a vfork, and a clone that is no thread, as a fork; their records say what really happened.
 */
final class LackeyReader extends LineReader {

    /** Bytes of a first half; of calls that make records it is short. */
    private static final int MAX_KEPT = 1024;

    private static final String NO_RESULT = "the call has no result";

    private final TraceLimits limits;
    private final LackeyCall line = new LackeyCall();
    private final CallText text = new CallText();
    private final ProcessTable known = new ProcessTable();
    private final List<LackeyCall.Waiting> waiting = new ArrayList<>();
    private final byte[] padded = new byte[2 * LackeyLine.MAX_ACCESS];
    private int pid;

    /** The last fork; while its child's own return was not seen yet, {@code childReturns} is true. */
    private int forkParent;
    private int forkChild;
    private boolean childReturns;

    LackeyReader(final LineSource source, final Strictness strictness, final TraceLimits limits) {
        super(TraceFormat.LACKEY, source, strictness);
        this.limits = limits;
    }

    @Override
    void fill(final TraceBatch batch) throws IOException {
        final int before = batch.size;
        try {
            while (!batch.isFull()) {
                readAccesses(batch);
                if (!batch.isFull()) {
                    if (!source.nextLine()) {
                        unfinished += waiting.size();
                        waiting.clear();
                        return;
                    }
                    readLine(batch);
                }
            }
        } finally {
            records += batch.size - before;
        }
    }

    /** Takes accesses until one is not whole in the buffer, another line comes, or the batch is full. */
    private void readAccesses(final TraceBatch batch) {
        final byte[] buffer = source.buffer;
        final int last = source.end - LackeyLine.MAX_ACCESS;
        final long maxLines = limits.maxLines();
        final int capacity = batch.capacity();
        int row = batch.size;
        long number = source.lineNumber;
        int position = source.position;
        while (row < capacity && position <= last && number < maxLines) {
            final int to = LackeyLine.access(buffer, position, batch, row);
            if (to < 0 || buffer[to] != '\n') {
                break;
            }
            number++;
            batch.line[row] = number;
            batch.pid[row] = pid;
            row++;
            position = to + 1;
        }
        source.position = position;
        source.lineNumber = number;
        batch.size = row;
    }

    private void readLine(final TraceBatch batch) throws IOException {
        final byte[] buffer = source.buffer;
        final int from = source.lineFrom;
        final int to = source.lineTo;
        if (source.cut) {
            malformed(CUT);
        } else if (from == to) {
            ignore("(blank)");
        } else if (Ascii.startsWith(buffer, from, to, "SYSCALL[")) {
            final String problem =
                    line.parse(buffer, from, to) ? readCall(batch) : "the system call is of no known form";
            if (problem != null) {
                malformed(problem);
            }
        } else if (Ascii.startsWith(buffer, from, to, " --> ")) {
            // Behind calls that valgrind has more to say about, such as forks and calls it doesn't know.
            ignore("(result)");
            if (childReturns && Ascii.indexOf(buffer, from, to, "Success(0x0)") > 0) {
                pid = forkChild;
                childReturns = false;
            }
        } else if (isBanner("==")) {
            readBanner(batch);
        } else if (isBanner("--") || isBanner("**")) {
            ignore("(message)");
        } else if (!readAccess(batch)) {
            malformed("the line is neither an access nor a system call nor a banner");
        }
    }

    /** An access at the end of the buffer, or with a carriage return. */
    private boolean readAccess(final TraceBatch batch) {
        final int length = source.lineTo - source.lineFrom;
        if (length > LackeyLine.MAX_ACCESS) {
            return false;
        }
        System.arraycopy(source.buffer, source.lineFrom, padded, 0, length);
        padded[length] = '\n';
        if (LackeyLine.access(padded, 0, batch, batch.size) != length) {
            return false;
        }
        batch.line[batch.size] = source.lineNumber;
        batch.pid[batch.size] = pid;
        batch.size++;
        return true;
    }

    /** Whether the line begins with a number between two marks, as all that valgrind says does. */
    private boolean isBanner(final String mark) {
        final byte[] buffer = source.buffer;
        final int digits = source.lineFrom + mark.length();
        return Ascii.startsWith(buffer, source.lineFrom, source.lineTo, mark) && Ascii.startsWith(buffer,
                Ascii.skipDigits(buffer, digits, source.lineTo), source.lineTo, mark);
    }

    private void readBanner(final TraceBatch batch) throws IOException {
        final byte[] buffer = source.buffer;
        final int from = source.lineFrom + 2;
        final int digitsEnd = Ascii.skipDigits(buffer, from, source.lineTo);
        final int number = Ascii.smallNumber(buffer, from, digitsEnd);
        ignore("(banner)");
        if (Ascii.startsWith(buffer, digitsEnd, source.lineTo, "== Lackey") && number > 0) {
            switchTo(number);
        } else if (Ascii.startsWith(buffer, digitsEnd, source.lineTo, "== Process terminating with") && number > 0) {
            switchTo(number);
            exit(batch, 128 + signal(buffer));
        }
    }

    /** The number behind {@code default action of signal}. */
    private int signal(final byte[] buffer) {
        final int word = Ascii.indexOf(buffer, source.lineFrom, source.lineTo, " signal ");
        final int from = word < 0 ? source.lineTo : word + " signal ".length();
        return Math.max(0, Ascii.smallNumber(buffer, from, Ascii.skipDigits(buffer, from, source.lineTo)));
    }

    private void switchTo(final int process) throws IOException {
        if (process == pid) {
            return;
        }
        pid = process;
        if (known.get(process) == null) {
            roots++;
            introduce(process);
        }
    }

    private void introduce(final int process) throws IOException {
        known.put(process, new TracedProcess(process));
        if (known.size() > limits.maxProcesses()) {
            throw source.limit("maxProcesses", limits.maxProcesses(), "more processes run at once");
        }
    }

    private @Nullable String readCall(final TraceBatch batch) throws IOException {
        final byte[] buffer = source.buffer;
        final int to = source.lineTo;
        switchTo(line.pid);
        if (line.isSecondHalf) {
            return readSecondHalf(batch);
        }
        final Syscall call = Syscall.find(buffer, line.nameFrom, line.nameTo);
        if (Ascii.startsWith(buffer, line.nameFrom, line.nameTo, "exit_group")) {
            final boolean hasStatus = text.split(buffer, line.arguments, to) == null && text.number(0);
            exit(batch, hasStatus ? text.value & 0xff : 0);
            return null;
        }
        if (call == null) {
            ignored.add(buffer, line.nameFrom, line.nameTo);
            return null;
        }
        if (LackeyCall.isFirstHalf(buffer, line.arguments, to)) {
            if (to - line.arguments > MAX_KEPT) {
                return "the first half of the call is longer than " + MAX_KEPT + " bytes";
            }
            if (waiting.size() == limits.maxProcesses()) {
                throw source.limit("maxProcesses", limits.maxProcesses(), "more calls are under way");
            }
            waiting.add(new LackeyCall.Waiting(line, call, buffer, to));
            return null;
        }
        if (call.isFork()) {
            return readFork(batch, call);
        }
        final Long result = LackeyCall.result(text, buffer, line.arguments, to);
        if (result == null && call.kind == RecordKind.EXECVE) {
            // One that succeeds has nobody left to print its result; the new program has its own banner.
            unfinished++;
            return null;
        }
        return result == null ? NO_RESULT : record(batch, call, buffer, line.arguments, to, result);
    }

    private @Nullable String readSecondHalf(final TraceBatch batch) {
        for (int i = 0; i < waiting.size(); i++) {
            final LackeyCall.Waiting first = waiting.get(i);
            if (first.pid == line.pid && first.thread == line.thread) {
                waiting.remove(i);
                final Long result = LackeyCall.result(text, source.buffer, source.lineFrom, source.lineTo);
                final byte[] arguments = first.arguments;
                return result == null ? NO_RESULT : record(batch, first.call, arguments, 0, arguments.length, result);
            }
        }
        // Of a call that makes no record: its first half was counted.
        ignore("(result)");
        return null;
    }

    private @Nullable String record(final TraceBatch batch, final Syscall call, final byte[] bytes, final int from,
            final int to, final long result) {
        batch.prepare(call.kind, pid, source.lineNumber);
        batch.result[batch.size] = result;
        String problem = call.arguments == 0 ? null : text.split(bytes, from, to);
        if (problem == null) {
            problem = call.arguments == 0 ? null : CallDecoder.decode(call, text, batch);
        }
        if (problem == null) {
            batch.size++;
            if (call.kind == RecordKind.OTHER) {
                other.add(call.text);
            }
        }
        return problem;
    }

    /** Forks say {@code process 16590 created child 16591}; threads, and forks that failed, have a result. */
    private @Nullable String readFork(final TraceBatch batch, final Syscall call) throws IOException {
        final byte[] buffer = source.buffer;
        final int created = Ascii.indexOf(buffer, line.arguments, source.lineTo, " created child ");
        final Long result;
        if (created > 0) {
            final int child = text.numberAt(buffer, created + " created child ".length(), source.lineTo);
            result = child < 0 ? null : (Long) text.value;
        } else {
            result = LackeyCall.result(text, buffer, line.arguments, source.lineTo);
        }
        if (result == null || result > Integer.MAX_VALUE) {
            return NO_RESULT;
        }
        long flags = Symbols.SIGCHLD;
        if (call == Syscall.CLONE) {
            if (text.split(buffer, line.arguments, source.lineTo) != null || !text.hexNumber(0)) {
                return "the flags of the clone are no number";
            }
            flags = text.value;
        } else if (call == Syscall.CLONE3 && result > 0) {
            return "valgrind does not print the flags of clone3";
        }
        final boolean isThread = (flags & Symbols.CLONE_THREAD) != 0;
        batch.prepare(isThread ? RecordKind.CLONE_VM : RecordKind.FORK, pid, source.lineNumber);
        batch.flags[batch.size] = (int) flags;
        batch.result[batch.size] = result;
        batch.size++;
        if (result > 0 && !isThread) {
            forkParent = pid;
            forkChild = (int) (long) result;
            childReturns = true;
            introduce(forkChild);
        }
        return null;
    }

    private void exit(final TraceBatch batch, final long status) {
        batch.prepare(RecordKind.EXIT, pid, source.lineNumber);
        batch.result[batch.size] = status;
        batch.size++;
        known.remove(pid);
        for (int i = waiting.size() - 1; i >= 0; i--) {
            if (waiting.get(i).pid == pid) {
                waiting.remove(i);
                unfinished++;
            }
        }
        if (pid == forkChild && known.get(forkParent) != null) {
            pid = forkParent;
        }
    }
}
