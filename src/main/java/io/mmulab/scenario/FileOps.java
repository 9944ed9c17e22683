package io.mmulab.scenario;

import java.util.function.Function;

import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.vma.MappedFile;

/** Files. */
final class FileOps {
    private static final long HUGE_PAGE = 512;
    private static final int FIRST_BYTE = 0x10;
    private static final int BYTES = 0x80;

    private FileOps() {}

    /** {@code file F PAGES tmpfs|ext [nocache]}: page i holds bytes 0x10 + (i & 0x7f). */
    static Played file(Call call) {
        boolean disk = call.word(3).equals("ext");
        String path = (disk ? "/ext/" : "/shm/") + call.word(1);
        boolean cached = !(disk && call.word(4).equals("nocache"));
        call.apply(new Operation.CreateFile(path, disk ? MappedFile.Kind.DISK : MappedFile.Kind.TMPFS, call.number(2),
                true, cached));
        call.player().openFile(call.word(1), path);
        if (call.number(2) > 0) {
            call.player().setFill((int) (FIRST_BYTE + (call.number(2) - 1) % BYTES));
        }
        return Played.ok();
    }

    /** {@code memfd F PAGES [huge]}: it starts as one hole; its pages are of 4 KiB, or of 2 MiB. */
    static Played memfd(Call call) {
        String path = "/memfd:" + call.word(1) + " (deleted)";
        if (call.word(3).equals("huge")) {
            call.apply(new Operation.CreateFile(path, MappedFile.Kind.HUGETLB, call.number(2) * HUGE_PAGE, true, true));
            call.player().openFile(call.word(1), path);
            return Played.ok();
        }
        call.apply(new Operation.CreateFile(path, MappedFile.Kind.TMPFS, 0, true, true));
        call.player().openFile(call.word(1), path);
        return call.syscall(new Operation.Truncate(call.mm(), path, call.number(2)));
    }

    static Played truncate(Call call) {
        return onFile(call, path -> new Operation.Truncate(call.mm(), path, call.number(2)));
    }

    static Played punch(Call call) {
        return onFile(call, path -> new Operation.PunchHole(call.mm(), path, call.number(2), call.number(3)));
    }

    static Played fsync(Call call) {
        return onFile(call, path -> new Operation.Fsync(call.mm(), path));
    }

    static Played pwrite(Call call) {
        return onFile(call, path -> new Operation.WriteFile(call.mm(), path, call.number(2),
                (int) call.number(3) & 0xff));
    }

    /** The driver reports a byte even if the call failed: 0. */
    static Played pread(Call call) {
        String path = call.player().pathOf(call.word(1));
        if (path == null) {
            return Played.failed("EBADF").withValue(0);
        }
        Outcome outcome = call.apply(new Operation.ReadFile(call.mm(), path, call.number(2)));
        String error = outcome.error();
        return (error == null ? Played.of(outcome.result()) : Played.failed(error)).withValue(outcome.value());
    }

    private static Played onFile(Call call, Function<String, Operation> operation) {
        String path = call.player().pathOf(call.word(1));
        return path == null ? Played.failed("EBADF") : call.syscall(operation.apply(path));
    }
}
