package io.mmulab.scenario;

import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.vma.MappedFile;

/** Files. */
final class FileOps {
    private FileOps() {}

    /** {@code file F PAGES tmpfs|ext [nocache]}: page i holds bytes 0x10 + (i & 0x7f). */
    static Played file(Call call) {
        boolean disk = call.word(3).equals("ext");
        String path = (disk ? "/ext/" : "/shm/") + call.word(1);
        boolean cached = !(disk && call.word(4).equals("nocache"));
        call.apply(new Operation.CreateFile(path, disk ? MappedFile.Kind.DISK : MappedFile.Kind.TMPFS, call.number(2),
                true, cached));
        call.player().openFile(call.word(1), path);
        return Played.ok();
    }

    static Played memfd(Call call) {
        return Played.notSimulated("memfd");
    }
}
