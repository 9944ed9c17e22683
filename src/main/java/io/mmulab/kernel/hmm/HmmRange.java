package io.mmulab.kernel.hmm;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuIntervalNotifier;

/**
 * {@code struct hmm_range}: what a driver asks about, and the answer, page by page. Reused from call to call.
 *
 * <pre>
 *  63 62   61    60..56        31..0
 * +-----+-----+-----+-------+-----+-------------+
 * |VALID|WRITE|ERROR| order | ... | frame number|
 * +-----+-----+-----+-------+-----+-------------+
 * </pre>
 */
public final class HmmRange {
    /** Pages that one range can have. */
    public static final int MAX_PAGES = 64;

    /** {@code HMM_PFN_VALID}: the device may read the page. */
    public static final long VALID = 1L << 63;
    /** {@code HMM_PFN_WRITE}: the device may write it. */
    public static final long WRITE = 1L << 62;
    /** {@code HMM_PFN_ERROR}: nothing that a device can use. */
    public static final long ERROR = 1L << 61;

    private static final int ORDER_SHIFT = 56;
    private static final int ORDER_MASK = 0x1f;

    private final long[] pfns = new long[MAX_PAGES];
    private @Nullable AddressSpace mm;
    private @Nullable MmuIntervalNotifier notifier;
    private long notifierSeq;
    private long start;
    private long end;
    private boolean fault;
    private boolean write;
    private int owner;

    /**
     * What is asked.
     *
     * @param from first byte, page aligned
     * @param to end, exclusive, at most {@link #MAX_PAGES} pages further
     * @return this
     */
    public HmmRange over(AddressSpace space, long from, long to) {
        mm = space;
        start = from;
        end = to;
        return this;
    }

    /**
     * {@code default_flags}: whether pages that are not there, or not writable, are faulted in.
     *
     * @param forWrite {@code HMM_PFN_REQ_WRITE}
     * @return this
     */
    public HmmRange requesting(boolean faultIn, boolean forWrite) {
        fault = faultIn;
        write = forWrite;
        return this;
    }

    /**
     * {@code dev_private_owner}: pages in the memory of this device count as there.
     *
     * @return this
     */
    public HmmRange ownedBy(int device) {
        owner = device;
        return this;
    }

    /** Before each attempt: the subscription to poll for collisions, and where it stood. */
    public void begin(@Nullable MmuIntervalNotifier subscription, long seq) {
        notifier = subscription;
        notifierSeq = seq;
    }

    /** {@code mmu_interval_check_retry}. */
    boolean collided() {
        return notifier != null && notifier.checkRetry(notifierSeq);
    }

    AddressSpace mm() {
        AddressSpace space = mm;
        if (space == null) {
            throw new IllegalStateException("a range of no address space");
        }
        return space;
    }

    /** First byte. */
    public long start() {
        return start;
    }

    /** End, exclusive. */
    public long end() {
        return end;
    }

    boolean faultsIn() {
        return fault;
    }

    boolean forWrite() {
        return write;
    }

    int owner() {
        return owner;
    }

    void set(long address, long pfn) {
        pfns[(int) ((address - start) / mm().pageSize())] = pfn;
    }

    /** The answer for a page. */
    public long pfn(long address) {
        return pfns[(int) ((address - start) / mm().pageSize())];
    }

    /** {@code hmm_pfn_to_page}: the frame of an answer. */
    public static int frame(long pfn) {
        return (int) pfn;
    }

    /** {@code hmm_pfn_to_map_order}: log2 of the pages that the CPU maps as one. */
    public static int order(long pfn) {
        return (int) (pfn >>> ORDER_SHIFT) & ORDER_MASK;
    }

    static long pfn(int frame, boolean writable, int order) {
        return VALID | (writable ? WRITE : 0) | (long) order << ORDER_SHIFT | frame;
    }
}
