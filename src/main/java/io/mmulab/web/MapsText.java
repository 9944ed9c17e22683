package io.mmulab.web;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * An address space in the form of {@code /proc/PID/maps}, byte for byte ({@code show_map_vma} of {@code fs/proc/task_mmu.c}):
 * a name begins at column 74, and a line without a name ends with the blank behind the inode. The inode of a file is its
 * number within the machine; files on disk are on device fe:00, those in memory on 00:01.
 */
final class MapsText {
    /** {@code seq_setwidth(m, 25 + sizeof(void *) * 6 - 1)}. */
    private static final int WIDTH = 72;

    private MapsText() {}

    static String of(AddressSpace mm) {
        var text = new StringBuilder();
        for (int i = 0; i < mm.vmas().size(); i++) {
            append(text, mm, mm.vmas().at(i));
        }
        return text.toString();
    }

    /** {@code vma_is_initial_heap}. */
    static boolean isHeap(AddressSpace mm, Vma vma) {
        return vma.isAnonymous() && vma.start() < mm.brk() && vma.end() > mm.startBrk();
    }

    static void append(StringBuilder text, AddressSpace mm, Vma vma) {
        MappedFile file = vma.file();
        int line = text.length();
        text.append(String.format(Locale.ROOT, "%08x-%08x %c%c%c%c %08x %s %d ", vma.start(), vma.end(),
                vma.has(VmFlags.READ) ? 'r' : '-', vma.has(VmFlags.WRITE) ? 'w' : '-',
                vma.has(VmFlags.EXEC) ? 'x' : '-',
                vma.has(VmFlags.MAYSHARE) ? 's' : 'p', file == null ? 0 : vma.pgoff() * mm.pageSize(), device(file),
                file == null ? 0 : file.id()));
        String name = file != null ? file.name() : isHeap(mm, vma) ? "[heap]" : "";
        if (!name.isEmpty()) {
            text.repeat(' ', Math.max(0, WIDTH - (text.length() - line))).append(' ').append(name);
        }
        text.append('\n');
    }

    private static String device(@Nullable MappedFile file) {
        if (file == null) {
            return "00:00";
        }
        return file.kind() == MappedFile.Kind.DISK ? "fe:00" : "00:01";
    }
}
