package io.mmulab.trace;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/** The numbers behind the names that strace prints, as on x86-64 and every other architecture with the generic ones. */
final class Symbols {

    /** No name has this value. */
    static final long UNKNOWN = -1;

    static final int CLONE_VM = 0x100;
    static final int CLONE_VFORK = 0x4000;
    static final int CLONE_THREAD = 0x10000;
    static final int SIGCHLD = 17;

    /** Bits of a huge page's size within the flags of mmap begin here. */
    private static final int MAP_HUGE_SHIFT = 26;

    private static final String BITS = """
            PROT_NONE 0 PROT_READ 1 PROT_WRITE 2 PROT_EXEC 4 PROT_SEM 8 PROT_BTI 10 PROT_MTE 20
            PROT_GROWSDOWN 1000000 PROT_GROWSUP 2000000
            MAP_FILE 0 MAP_SHARED 1 MAP_PRIVATE 2 MAP_SHARED_VALIDATE 3 MAP_DROPPABLE 8 MAP_FIXED 10
            MAP_ANONYMOUS 20 MAP_ANON 20 MAP_32BIT 40 MAP_ABOVE4G 80 MAP_GROWSDOWN 100 MAP_DENYWRITE 800
            MAP_EXECUTABLE 1000 MAP_LOCKED 2000 MAP_NORESERVE 4000 MAP_POPULATE 8000 MAP_NONBLOCK 10000
            MAP_STACK 20000 MAP_HUGETLB 40000 MAP_SYNC 80000 MAP_FIXED_NOREPLACE 100000
            MAP_UNINITIALIZED 4000000
            MADV_NORMAL 0 MADV_RANDOM 1 MADV_SEQUENTIAL 2 MADV_WILLNEED 3 MADV_DONTNEED 4 MADV_FREE 8
            MADV_REMOVE 9 MADV_DONTFORK a MADV_DOFORK b MADV_MERGEABLE c MADV_UNMERGEABLE d MADV_HUGEPAGE e
            MADV_NOHUGEPAGE f MADV_DONTDUMP 10 MADV_DODUMP 11 MADV_WIPEONFORK 12 MADV_KEEPONFORK 13
            MADV_COLD 14 MADV_PAGEOUT 15 MADV_POPULATE_READ 16 MADV_POPULATE_WRITE 17
            MADV_DONTNEED_LOCKED 18 MADV_COLLAPSE 19 MADV_HWPOISON 64 MADV_SOFT_OFFLINE 65
            MADV_GUARD_INSTALL 66 MADV_GUARD_REMOVE 67
            MREMAP_MAYMOVE 1 MREMAP_FIXED 2 MREMAP_DONTUNMAP 4
            MCL_CURRENT 1 MCL_FUTURE 2 MCL_ONFAULT 4 MLOCK_ONFAULT 1 MS_ASYNC 1 MS_INVALIDATE 2 MS_SYNC 4
            CLONE_NEWTIME 80 CLONE_VM 100 CLONE_FS 200 CLONE_FILES 400 CLONE_SIGHAND 800 CLONE_PIDFD 1000
            CLONE_PTRACE 2000 CLONE_VFORK 4000 CLONE_PARENT 8000 CLONE_THREAD 10000 CLONE_NEWNS 20000
            CLONE_SYSVSEM 40000 CLONE_SETTLS 80000 CLONE_PARENT_SETTID 100000 CLONE_CHILD_CLEARTID 200000
            CLONE_DETACHED 400000 CLONE_UNTRACED 800000 CLONE_CHILD_SETTID 1000000 CLONE_NEWCGROUP 2000000
            CLONE_NEWUTS 4000000 CLONE_NEWIPC 8000000 CLONE_NEWUSER 10000000 CLONE_NEWPID 20000000
            CLONE_NEWNET 40000000 CLONE_IO 80000000 CLONE_CLEAR_SIGHAND 100000000
            CLONE_INTO_CGROUP 200000000""";

    /** By number, from 1. */
    private static final String SIGNALS = """
            SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE
            SIGALRM SIGTERM SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ
            SIGVTALRM SIGPROF SIGWINCH SIGIO SIGPWR SIGSYS""";

    /** By number, from 1; a dash for a number without a name. */
    private static final String ERRORS = """
            EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK
            EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE
            EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP - ENOMSG EIDRM
            ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC
            EBADSLT - EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV ESRMNT ECOMM EPROTO
            EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX
            ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT
            EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL
            ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN
            ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN
            ENOTNAM ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED
            EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL EHWPOISON""";

    private static final int SLOTS = 1024;
    private static final byte[] @Nullable [] NAMES = new byte[SLOTS] @Nullable [];
    private static final long[] VALUES = new long[SLOTS];

    static {
        final String[] bits = BITS.split("\\s+", -1);
        for (int i = 0; i < bits.length; i += 2) {
            put(bits[i], Long.parseLong(bits[i + 1], 16));
        }
        put("MAP_HUGE_2MB", 21L << MAP_HUGE_SHIFT);
        put("MAP_HUGE_1GB", 30L << MAP_HUGE_SHIFT);
        putNumbered(SIGNALS);
        putNumbered(ERRORS);
    }

    private Symbols() {}

    /** The value of a name in a buffer, or {@link #UNKNOWN}. */
    static long value(final byte[] bytes, final int from, final int to) {
        int slot = slot(bytes, from, to);
        for (byte[] name = NAMES[slot]; name != null; name = NAMES[slot]) {
            if (Arrays.equals(name, 0, name.length, bytes, from, to)) {
                return VALUES[slot];
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
        return UNKNOWN;
    }

    private static void putNumbered(final String names) {
        final String[] inOrder = names.split("\\s+", -1);
        for (int i = 0; i < inOrder.length; i++) {
            if (!inOrder[i].equals("-")) {
                put(inOrder[i], i + 1);
            }
        }
    }

    private static void put(final String name, final long value) {
        final byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        int slot = slot(bytes, 0, bytes.length);
        while (NAMES[slot] != null) {
            slot = (slot + 1) & (SLOTS - 1);
        }
        NAMES[slot] = bytes;
        VALUES[slot] = value;
    }

    private static int slot(final byte[] bytes, final int from, final int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        return (hash ^ (hash >>> 16)) & (SLOTS - 1);
    }
}
