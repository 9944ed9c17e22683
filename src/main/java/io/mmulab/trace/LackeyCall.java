package io.mmulab.trace;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * The parts of a line of lackey that is a system call: {@code SYSCALL[17742,1](9) sys_mmap ( 0x0, 8192 ) --> ...}, in
 * which 17742 is the process and 1 valgrind's number of the thread.
 */
final class LackeyCall {

    private static final String START = "SYSCALL[";
    private static final String ASYNC = "[async]";

    int pid;
    int thread;

    /** The name, without {@code sys_}. */
    int nameFrom;
    int nameTo;

    /** First byte behind the parenthesis that opens the arguments. */
    int arguments;

    /** Whether the line is only the second half: {@code ... [async] --> Success(0x4)}. */
    boolean isSecondHalf;

    /** Reads the line up to its arguments; false if it isn't of this form. */
    boolean parse(final byte[] text, final int from, final int to) {
        final int pidFrom = from + START.length();
        final int pidTo = Ascii.skipDigits(text, pidFrom, to);
        final int threadTo = Ascii.skipDigits(text, Math.min(pidTo + 1, to), to);
        final int numberTo = Ascii.skipDigits(text, Math.min(threadTo + 2, to), to);
        pid = Ascii.smallNumber(text, pidFrom, pidTo);
        if (!Ascii.startsWith(text, from, to, START) || pid <= 0 || !Ascii.startsWith(text, pidTo, to, ",")
                || !Ascii.startsWith(text, threadTo, to, "](") || !Ascii.startsWith(text, numberTo, to, ") ")) {
            return false;
        }
        thread = Ascii.smallNumber(text, pidTo + 1, threadTo);
        final int body = numberTo + 2;
        isSecondHalf = Ascii.startsWith(text, body, to, "... " + ASYNC);
        nameFrom = Ascii.startsWith(text, body, to, "sys_") ? body + "sys_".length() : body;
        nameTo = Ascii.skipName(text, nameFrom, to);
        final int parenthesis = Ascii.skipSpaces(text, nameTo, to);
        final boolean isCall = parenthesis < to && text[parenthesis] == '(' && nameTo > nameFrom;
        arguments = isCall ? parenthesis + 1 : -1;
        return thread >= 0 && (isCall || isSecondHalf);
    }

    /** Whether the result will come in another line. */
    static boolean isFirstHalf(final byte[] text, final int from, final int to) {
        return Ascii.endsWith(text, from, Ascii.trimEnd(text, from, to), ASYNC + " ...");
    }

    /** A call whose second half is to come. */
    static final class Waiting {

        final int pid;
        final int thread;
        final Syscall call;
        final byte[] arguments;

        Waiting(final LackeyCall line, final Syscall call, final byte[] text, final int to) {
            this.pid = line.pid;
            this.thread = line.thread;
            this.call = call;
            this.arguments = Arrays.copyOfRange(text, line.arguments, to);
        }
    }

    /** The result behind an arrow: {@code Success(0x0)} or {@code Failure(0x2)}; null if there is none. */
    static @Nullable Long result(final CallText numbers, final byte[] text, final int from, final int to) {
        final int arrow = Ascii.indexOf(text, from, to, "--> ");
        if (arrow < 0) {
            return null;
        }
        final int success = Ascii.indexOf(text, arrow, to, "Success(");
        final int opening = success < 0 ? Ascii.indexOf(text, arrow, to, "Failure(") : success;
        if (opening < 0) {
            return null;
        }
        final int numberEnd = numbers.numberAt(text, opening + "Success(".length(), to);
        if (numberEnd < 0 || numberEnd >= to || text[numberEnd] != ')') {
            return null;
        }
        return success < 0 ? -numbers.value : numbers.value;
    }
}
