package io.mmulab.trace;

import java.io.IOException;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Reads logs of strace. A call that another process interrupted stands in two lines; its record is made at the second.
 * Calls that never returned, or that the kernel restarts, make none. Whose child is whose: see {@link ProcessTree}.
 */
final class StraceReader extends LineReader {

    private static final String UNFINISHED = "<unfinished ...>";
    private static final String RESUMED = " resumed>";

    /** Arguments of calls that make records are short, except those of execve, which are not kept. */
    private static final int MAX_KEPT = 1024;

    private static final byte[] NOTHING = new byte[0];
    private static final String MESSAGE = "strace: Process ";

    private final int maxLineLength;
    private final RecordQueue queue = new RecordQueue();
    private final ProcessTree tree;
    private final StraceLine line = new StraceLine();
    private final CallText text = new CallText();
    private final StraceResult result = new StraceResult();
    private byte[] joined = new byte[MAX_KEPT];

    /** The text that {@link #line} lies in: the source's buffer, or a line put together again. */
    private byte[] bytes;

    /** What stood before a message of strace on the same line, and goes on with the next. */
    private byte[] interrupted = NOTHING;
    private boolean ended;

    StraceReader(final LineSource source, final Strictness strictness, final TraceLimits limits) {
        super(TraceFormat.STRACE, source, strictness);
        maxLineLength = limits.maxLineLength();
        bytes = source.buffer;
        tree = new ProcessTree(this, queue, limits);
    }

    @Override
    void fill(final TraceBatch batch) throws IOException {
        while (true) {
            records += queue.deliver(batch);
            if (batch.isFull() || ended) {
                return;
            }
            if (source.nextLine()) {
                readLine();
                tree.settle();
            } else {
                ended = true;
                tree.end();
            }
        }
    }

    private void readLine() throws IOException {
        findLine();
        final boolean call = line.nameEnd() > 0;
        if (source.cut) {
            malformed(CUT);
        } else if (line.endsWith(" attached") && interrupt()) {
            ignore("(message)");
        } else if (line.from == line.to && line.pid == StraceLine.NO_PID) {
            ignore("(blank)");
        } else if (line.isMessage()) {
            ignore("(message)");
        } else if (call || line.resumes() || line.isSignal() || line.isExit()) {
            final TracedProcess process = tree.of(line);
            final String problem = process == null ? "the line belongs to no known process" : readBody(process);
            if (problem != null) {
                malformed(problem);
            }
        } else {
            malformed("the line is neither a call nor a signal nor an exit");
        }
    }

    private void findLine() {
        final int from = source.lineFrom;
        final int length = source.lineTo - from;
        if (interrupted.length == 0) {
            bytes = source.buffer;
            line.parse(bytes, from, source.lineTo);
        } else {
            bytes = Arrays.copyOf(interrupted, interrupted.length + length);
            System.arraycopy(source.buffer, from, bytes, interrupted.length, length);
            interrupted = NOTHING;
            line.parse(bytes, 0, bytes.length);
        }
    }

    /** On a terminal, strace reports a new process in the middle of a line that it is writing. */
    private boolean interrupt() {
        final int message = Ascii.indexOf(bytes, line.from, line.to, MESSAGE);
        if (message <= line.from || message - line.lineFrom > maxLineLength) {
            return false;
        }
        interrupted = Arrays.copyOfRange(bytes, line.lineFrom, message);
        return true;
    }

    private @Nullable String readBody(final TracedProcess process) throws IOException {
        if (line.isSignal()) {
            ignore("(signal)");
            return null;
        }
        if (line.isExit()) {
            return readExit(process);
        }
        return line.resumes() ? resume(process) : begin(process);
    }

    private @Nullable String readExit(final TracedProcess process) throws IOException {
        final int to = line.to - " +++".length();
        int at = line.from + "+++ ".length();
        if (Ascii.startsWith(bytes, at, to, "superseded by execve in pid ")) {
            at += "superseded by execve in pid ".length();
            final int thread = Ascii.smallNumber(bytes, at, to);
            if (thread < 0) {
                return "the process that supersedes has no number";
            }
            tree.supersede(process, thread);
            return null;
        }
        if (Ascii.startsWith(bytes, at, to, "exited with ")) {
            final int status = Ascii.smallNumber(bytes, at + "exited with ".length(), to);
            if (status < 0) {
                return "the exit status is no number";
            }
            tree.exit(process, status);
            return null;
        }
        if (Ascii.startsWith(bytes, at, to, "killed by ")) {
            at += "killed by ".length();
            final long signal = Symbols.value(bytes, at, Ascii.skipName(bytes, at, to));
            tree.exit(process, 128 + (int) Math.max(0, signal));
            return null;
        }
        return "the exit is of no known form";
    }

    private @Nullable String begin(final TracedProcess process) throws IOException {
        if (process.inCall) {
            tree.abandonCall(process);
            malformed("process " + process.pid + " begins a call while another is unfinished");
        }
        final int nameEnd = line.nameEnd();
        final Syscall call = Syscall.find(bytes, line.from, nameEnd);
        if (line.endsWith(UNFINISHED)) {
            final int to = line.to - UNFINISHED.length();
            if (nameEnd - line.from > MAX_KEPT || (call != null && call.arguments > 0 && to - nameEnd > MAX_KEPT)) {
                return "the first half of the call is longer than " + MAX_KEPT + " bytes";
            }
            process.begin(call, bytes, line.from, nameEnd, to);
            if (call != null && call.isFork()) {
                beginFork(process, call);
            }
            return null;
        }
        if (call == null) {
            ignored.add(bytes, line.from, nameEnd);
            return null;
        }
        return complete(process, call, bytes, nameEnd + 1, line.to);
    }

    /** The first half of a clone mostly has the flags already. */
    private void beginFork(final TracedProcess process, final Syscall call) {
        if (call == Syscall.FORK) {
            tree.beginFork(process, RecordKind.FORK, Symbols.SIGCHLD);
        } else if (call == Syscall.VFORK) {
            tree.beginFork(process, RecordKind.CLONE_VM, vforkFlags());
        } else {
            final int length = process.arguments.length;
            final byte[] closed = Arrays.copyOf(process.arguments, length + 1);
            closed[length] = ')';
            final boolean known = text.split(closed, 0, length + 1) == null
                    && text.cloneFlags(call == Syscall.CLONE);
            tree.beginFork(process, known ? cloneKind(text.value) : null, known ? (int) text.value : 0);
        }
    }

    private @Nullable String resume(final TracedProcess process) throws IOException {
        final int nameFrom = line.from + "<... ".length();
        final int nameEnd = Ascii.skipName(bytes, nameFrom, line.to);
        if (!Ascii.startsWith(bytes, nameEnd, line.to, RESUMED)) {
            return "the second half of a call has no name";
        }
        if (!process.isIn(bytes, nameFrom, nameEnd)) {
            return "the second half of a call has no first half";
        }
        final Syscall call = process.call;
        if (call == null) {
            process.endCall();
            ignored.add(bytes, nameFrom, nameEnd);
            return null;
        }
        final int rest = nameEnd + RESUMED.length();
        final int length = process.arguments.length + line.to - rest;
        if (joined.length < length) {
            joined = new byte[length];
        }
        System.arraycopy(process.arguments, 0, joined, 0, process.arguments.length);
        System.arraycopy(bytes, rest, joined, process.arguments.length, line.to - rest);
        final String problem = complete(process, call, joined, 0, length);
        if (problem != null && call.isFork()) {
            tree.abandonCall(process);
        }
        process.endCall();
        return problem;
    }

    /** A call is whole: its arguments begin at {@code from}, its result is behind them. */
    private @Nullable String complete(final TracedProcess process, final Syscall call, final byte[] whole,
            final int from,
            final int to) throws IOException {
        final String brokenArguments = text.split(whole, from, to);
        if (brokenArguments != null) {
            return brokenArguments;
        }
        final String brokenResult = result.parse(text, whole, to);
        if (brokenResult != null) {
            return brokenResult;
        }
        if (!result.returned) {
            if (result.restarts) {
                ignore("(restarted)");
            } else {
                unfinished++;
            }
            tree.abandonCall(process);
            return null;
        }
        if (call.isFork()) {
            return endFork(process, call);
        }
        final TraceBatch row = queue.withRoom();
        row.prepare(call.kind, process.pid, source.lineNumber);
        row.result[row.size] = result.value;
        final String problem = CallDecoder.decode(call, text, row);
        if (problem != null) {
            return problem;
        }
        queue.commit();
        if (call.kind == RecordKind.OTHER) {
            other.add(call.text);
        }
        return null;
    }

    private @Nullable String endFork(final TracedProcess process, final Syscall call) throws IOException {
        final long child = result.childInTracersNamespace > 0 ? result.childInTracersNamespace : result.value;
        if (call == Syscall.FORK) {
            return tree.endFork(process, RecordKind.FORK, Symbols.SIGCHLD, child);
        }
        if (call == Syscall.VFORK) {
            return tree.endFork(process, RecordKind.CLONE_VM, vforkFlags(), child);
        }
        if (!text.cloneFlags(call == Syscall.CLONE)) {
            return "the flags of the clone are not in the log, or one of them is unknown";
        }
        return tree.endFork(process, cloneKind(text.value), (int) text.value, child);
    }

    private static RecordKind cloneKind(final long flags) {
        return (flags & Symbols.CLONE_VM) == 0 ? RecordKind.FORK : RecordKind.CLONE_VM;
    }

    private static int vforkFlags() {
        return Symbols.CLONE_VM | Symbols.CLONE_VFORK | Symbols.SIGCHLD;
    }
}
