package io.mmulab.trace;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/** A process or thread of an strace log, and the first half of the call that it is in, if another line came between. */
final class TracedProcess {

    private static final byte[] NOTHING = new byte[0];

    final int pid;

    /** A number that the log turned out to have for a process which it first named by none; 0 for none. */
    int alias;

    /** Whether a call waits for its second half. */
    boolean inCall;

    /** The waiting call, or null if it makes no record. */
    @Nullable
    Syscall call;

    private byte[] callName = NOTHING;

    /** Its arguments so far. */
    byte[] arguments = NOTHING;

    /** For a waiting fork: what it will be, once its flags are known. */
    @Nullable
    RecordKind forkKind;

    int forkFlags;

    /** For a waiting fork: the child that was seen already, 0 for none. */
    int seenChild;

    /** Place in the queue of the fork that is to introduce this process, while its parent is unknown; else -1. */
    long heldAt = -1;

    TracedProcess(final int pid) {
        this.pid = pid;
    }

    void begin(final @Nullable Syscall begun, final byte[] text, final int nameFrom, final int nameTo, final int to) {
        inCall = true;
        call = begun;
        callName = Arrays.copyOfRange(text, nameFrom, nameTo);
        // Only the decoder wants arguments, and it wants none of execve's, which are long.
        final boolean wanted = begun != null && begun.arguments > 0;
        arguments = wanted ? Arrays.copyOfRange(text, nameTo + 1, to) : NOTHING;
    }

    boolean isIn(final byte[] text, final int nameFrom, final int nameTo) {
        return inCall && Arrays.equals(callName, 0, callName.length, text, nameFrom, nameTo);
    }

    /** Takes over the waiting call of a thread whose execve made it this process. */
    void takeOver(final TracedProcess thread) {
        inCall = thread.inCall;
        call = thread.call;
        callName = thread.callName;
        arguments = thread.arguments;
        thread.endCall();
    }

    void endCall() {
        inCall = false;
        call = null;
        arguments = NOTHING;
        forkKind = null;
        seenChild = 0;
    }
}
