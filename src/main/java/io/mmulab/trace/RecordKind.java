package io.mmulab.trace;

/** What a record says; stored in {@link TraceBatch#kind} as its {@link #code}. */
public enum RecordKind {
    /** An instruction was fetched. */
    FETCH(0),
    /** Memory was read. */
    LOAD(1),
    /** Memory was written. */
    STORE(2),
    /** One instruction read and then wrote the same memory. */
    MODIFY(3),
    MMAP(4),
    MUNMAP(5),
    /** {@code mprotect}, and {@code pkey_mprotect} without its key. */
    MPROTECT(6),
    /** The wanted break is in {@code address} (0 only asks), the break after the call in {@code result}. */
    BRK(7),
    /**
     * Old range in {@code address} and {@code length}, new length in {@code offset}. Where {@code MREMAP_FIXED}
     * wanted it is the result of a call that succeeded, and not kept for one that failed.
     */
    MREMAP(8),
    /** The advice is in {@code flags}. */
    MADVISE(9),
    /** {@code mlock} and {@code mlock2}. */
    MLOCK(10),
    MUNLOCK(11),
    MLOCKALL(12),
    MUNLOCKALL(13),
    MSYNC(14),
    MINCORE(15),
    /**
     * Another call of strace's class {@code %memory}, such as {@code mbind}: only its result is kept, and the
     * statistics count it by name.
     */
    OTHER(16),
    /** A child with a copy of the address space: {@code pid} is the parent, {@code result} the child. */
    FORK(17),
    /**
     * A child that shares the address space: {@code vfork}, or {@code clone} with {@code CLONE_VM}. {@code flags}
     * has the clone flags; with {@code CLONE_THREAD} (0x10000) the child is a thread.
     */
    CLONE_VM(18),
    /** A new program. The address space changes only if {@code result} is 0. */
    EXECVE(19),
    /** A process or thread is gone. */
    EXIT(20);

    /** Codes are places in this array; batches have them so that no column needs an object. */
    private static final RecordKind[] BY_CODE = values();

    private final byte code;

    RecordKind(final int code) {
        this.code = (byte) code;
    }

    /** The number that stands for this kind in a batch. */
    public byte code() {
        return code;
    }

    /** The kind of a code from a batch. */
    public static RecordKind of(final byte code) {
        return BY_CODE[code];
    }

    /** Whether this is an access to memory, which fills only {@code kind, pid, line, address, length}. */
    public boolean isAccess() {
        return code <= MODIFY.code;
    }
}
