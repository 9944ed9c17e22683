package io.mmulab.trace;

import org.jspecify.annotations.Nullable;

/** Turns the arguments of a call into the columns of a row. The same for every tool: only the kernel defines them. */
final class CallDecoder {

    private CallDecoder() {}

    /**
     * Fills the prepared row behind the last record; forks are left to the reader, who knows how the tool runs them.
     *
     * @return what is wrong, or null
     */
    static @Nullable String decode(final Syscall call, final CallText text, final TraceBatch batch) {
        if (text.count() < call.arguments) {
            return "the call has fewer than " + call.arguments + " arguments";
        }
        final int row = batch.size;
        final boolean understood = switch (call.kind) {
            case MMAP -> range(text, batch, row) && prot(text, batch, row) && flags(text, 3, batch, row)
                    && mappedFile(text, batch, row);
            case MPROTECT -> range(text, batch, row) && prot(text, batch, row);
            case MREMAP -> range(text, batch, row) && offset(text, 2, batch, row) && flags(text, 3, batch, row);
            case MADVISE, MSYNC -> range(text, batch, row) && flags(text, 2, batch, row);
            case MUNMAP, MUNLOCK, MINCORE -> range(text, batch, row);
            case MLOCK -> range(text, batch, row) && (call == Syscall.MLOCK || flags(text, 2, batch, row));
            case MLOCKALL -> flags(text, 0, batch, row);
            case BRK -> address(text, batch, row);
            default -> true;
        };
        return understood ? null : "an argument is neither a number nor a known name";
    }

    private static boolean address(final CallText text, final TraceBatch batch, final int row) {
        final boolean understood = text.number(0);
        batch.address[row] = text.value;
        return understood;
    }

    private static boolean range(final CallText text, final TraceBatch batch, final int row) {
        if (!address(text, batch, row) || !text.number(1)) {
            return false;
        }
        batch.length[row] = text.value;
        return true;
    }

    private static boolean prot(final CallText text, final TraceBatch batch, final int row) {
        final boolean understood = text.flags(2);
        batch.prot[row] = (int) text.value;
        return understood;
    }

    private static boolean flags(final CallText text, final int argument, final TraceBatch batch, final int row) {
        final boolean understood = text.flags(argument);
        batch.flags[row] = (int) text.value;
        return understood;
    }

    private static boolean offset(final CallText text, final int argument, final TraceBatch batch, final int row) {
        final boolean understood = text.number(argument);
        batch.offset[row] = text.value;
        return understood;
    }

    private static boolean mappedFile(final CallText text, final TraceBatch batch, final int row) {
        if (!text.number(4)) {
            return false;
        }
        // lackey prints -1 as 4294967295.
        batch.fd[row] = (int) text.value;
        return offset(text, 5, batch, row);
    }
}
