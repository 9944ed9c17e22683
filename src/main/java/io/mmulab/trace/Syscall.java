package io.mmulab.trace;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/** The system calls that make records, and how many arguments of each are looked at. */
enum Syscall {
    MMAP(RecordKind.MMAP, 6), MMAP2(RecordKind.MMAP, 6),
    MUNMAP(RecordKind.MUNMAP, 2),
    MPROTECT(RecordKind.MPROTECT, 3), PKEY_MPROTECT(RecordKind.MPROTECT, 3),
    BRK(RecordKind.BRK, 1),
    MREMAP(RecordKind.MREMAP, 4),
    MADVISE(RecordKind.MADVISE, 3),
    MLOCK(RecordKind.MLOCK, 2), MLOCK2(RecordKind.MLOCK, 3), MUNLOCK(RecordKind.MUNLOCK, 2),
    MLOCKALL(RecordKind.MLOCKALL, 1), MUNLOCKALL(RecordKind.MUNLOCKALL, 0),
    MSYNC(RecordKind.MSYNC, 3),
    MINCORE(RecordKind.MINCORE, 2),
    FORK(RecordKind.FORK, 0), VFORK(RecordKind.CLONE_VM, 0), CLONE(RecordKind.FORK, 1), CLONE3(RecordKind.FORK, 1),
    EXECVE(RecordKind.EXECVE, 0), EXECVEAT(RecordKind.EXECVE, 0),

    // The rest of strace's class %memory.
    CACHESTAT, GET_MEMPOLICY, IO_DESTROY, IO_SETUP, MAP_SHADOW_STACK, MBIND, MIGRATE_PAGES, MOVE_PAGES, MSEAL,
    PROCESS_MADVISE, PROCESS_MRELEASE, REMAP_FILE_PAGES, SET_MEMPOLICY, SET_MEMPOLICY_HOME_NODE, SHMAT, SHMDT,
    SUBPAGE_PROT;

    private static final Syscall[] ALL = values();

    final RecordKind kind;
    final int arguments;
    final String text = name().toLowerCase(Locale.ROOT);

    Syscall() {
        this(RecordKind.OTHER, 0);
    }

    Syscall(final RecordKind kind, final int arguments) {
        this.kind = kind;
        this.arguments = arguments;
    }

    /** The call of a name in a buffer, or null if it makes no record. */
    static @Nullable Syscall find(final byte[] bytes, final int from, final int to) {
        for (final Syscall call : ALL) {
            if (call.text.length() == to - from && Ascii.startsWith(bytes, from, to, call.text)) {
                return call;
            }
        }
        return null;
    }

    /** Whether it makes a process or thread. */
    boolean isFork() {
        return kind == RecordKind.FORK || kind == RecordKind.CLONE_VM;
    }
}
