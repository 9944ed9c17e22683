package io.mmulab.kernel.mm;

/** {@code rlimit}s of a process as far as memory goes, in bytes; {@link #INFINITY} is no limit. */
public final class ResourceLimits {
    /** {@code RLIM_INFINITY}. */
    public static final long INFINITY = Long.MAX_VALUE;
    private static final long USUAL_STACK = 8L << 20;
    private static final long USUAL_MEMLOCK = 8L << 20;

    private long addressSpace = INFINITY;
    private long data = INFINITY;
    private long stack = USUAL_STACK;
    private long memlock = USUAL_MEMLOCK;
    private boolean privileged = true;

    /** The usual ones: 8 MiB of stack, no limit on mappings, and the rights of root. */
    public ResourceLimits() {}

    /** What fork hands down. */
    void copyFrom(ResourceLimits parent) {
        addressSpace = parent.addressSpace;
        data = parent.data;
        stack = parent.stack;
        memlock = parent.memlock;
        privileged = parent.privileged;
    }

    /** {@code RLIMIT_AS}. */
    public long addressSpace() {
        return addressSpace;
    }

    /** {@code RLIMIT_DATA}. */
    public long data() {
        return data;
    }

    /** {@code RLIMIT_STACK}. */
    public long stack() {
        return stack;
    }

    /** {@code RLIMIT_MEMLOCK}. */
    public long memlock() {
        return memlock;
    }

    /** Runs as root: has CAP_IPC_LOCK, so that {@link #memlock} does not count, and CAP_SYS_RAWIO, so that it may map low
     * addresses. */
    public boolean isPrivileged() {
        return privileged;
    }

    /** {@code can_do_mlock}. */
    public boolean mayLock() {
        return privileged || memlock != 0;
    }

    /** {@code setrlimit(RLIMIT_AS)}. */
    public void setAddressSpace(long bytes) {
        addressSpace = bytes;
    }

    /** {@code setrlimit(RLIMIT_DATA)}. */
    public void setData(long bytes) {
        data = bytes;
    }

    /** {@code setrlimit(RLIMIT_STACK)}. */
    public void setStack(long bytes) {
        stack = bytes;
    }

    /** {@code setrlimit(RLIMIT_MEMLOCK)}. */
    public void setMemlock(long bytes) {
        memlock = bytes;
    }

    /** Makes it root, or not. */
    public void setPrivileged(boolean capable) {
        privileged = capable;
    }
}
