package io.mmulab.kernel.uffd;

import java.util.ArrayList;
import java.util.List;

/** The faults that user space was told of in the running operation. */
public final class UserfaultLog {
    /** {@code UFFD_PAGEFAULT_FLAG_WRITE}: the access was a write. */
    public static final int FLAG_WRITE = 1;
    /** {@code UFFD_PAGEFAULT_FLAG_WP}: the page was write-protected. */
    public static final int FLAG_WP = 2;

    private final List<Entry> entries = new ArrayList<>();

    /**
     * One message, and what its reader did.
     *
     * @param address of the page
     * @param flags {@link #FLAG_WRITE}, {@link #FLAG_WP}
     * @param resolved what the resolving ioctl returned: 0 or a negative errno
     */
    public record Entry(long address, int flags, long resolved) {}

    /** Starts a new operation. */
    public void clear() {
        entries.clear();
    }

    void add(Entry entry) {
        entries.add(entry);
    }

    /** In order. */
    public List<Entry> entries() {
        return List.copyOf(entries);
    }
}
