package io.mmulab.kernel.paging;

/**
 * A page-table entry is a {@code long}; these are its accessors, with the kernel's names.
 *
 * <pre>
 *  63            16 15   13 12  11 10    9       8         7      6       5        4    3     2        1     0
 * +----------------+-------+------+-----+-------+---------+------+-------+--------+----+-----+--------+-----+-------+
 * | frame number   | kind  | level| CONT|UFFD_WP|SOFTDIRTY|TABLE |SPECIAL|PROTNONE|EXEC|DIRTY|ACCESSED|WRITE|PRESENT|
 * +----------------+-------+------+-----+-------+---------+------+-------+--------+----+-----+--------+-----+-------+
 * </pre>
 *
 * Zero is {@code pte_none}. PRESENT is what the hardware walks; a PROT_NONE page has PROTNONE instead and still counts as
 * {@code pte_present}. WRITE is the kernel's {@code pte_write}: on arm64 the hardware refuses a write to a WRITE entry
 * that is not DIRTY (PTE_RDONLY), which {@code Architecture.cleanIsReadOnly} says. On levels above the last, an entry with
 * TABLE holds the index of the next table; one without TABLE is a leaf that maps a huge page, and carries its level.
 *
 * <p>An entry that is not present but not none either has a kind: swapped out (the frame field is the swap slot), under
 * migration (the frame), or a marker (nothing but its bits).
 */
public final class Pte {
    private static final int LEVEL_SHIFT = 11;
    private static final int KIND_SHIFT = 13;

    /** {@code pte_none}. */
    public static final long NONE = 0;
    /** Valid to the hardware. */
    public static final long PRESENT = 1;
    /** {@code pte_write}. */
    public static final long WRITE = 1 << 1;
    /** {@code pte_young}: PTE_AF, _PAGE_ACCESSED. */
    public static final long ACCESSED = 1 << 2;
    /** {@code pte_dirty}. */
    public static final long DIRTY = 1 << 3;
    /** Instruction fetches are allowed. */
    public static final long EXEC = 1 << 4;
    /** A page without access rights: in the table, invisible to the hardware. */
    public static final long PROTNONE = 1 << 5;
    /** {@code pte_special}: no page accounting (the zero page). */
    public static final long SPECIAL = 1 << 6;
    /** Not a leaf: the frame field is the index of the next table. */
    public static final long TABLE = 1 << 7;

    /** {@code pte_soft_dirty}. */
    public static final long SOFT_DIRTY = 1 << 8;
    /** {@code pte_uffd_wp}. */
    public static final long UFFD_WP = 1 << 9;
    /** {@code pte_cont}: arm64, one of 16 entries that the TLB may hold as one. */
    public static final long CONT = 1 << 10;

    /** Kind of an entry that is not present: swapped out. */
    public static final long SWAP = 1 << KIND_SHIFT;
    /** Kind: under migration. */
    public static final long MIGRATION = 2 << KIND_SHIFT;
    /** Kind: a marker ({@code pte_marker}): uffd-wp of a page that is not there, a guard, a poisoned page. */
    public static final long MARKER = 3 << KIND_SHIFT;
    /** Kind: a page in the memory of a device that CPUs cannot reach ({@code is_device_private_entry}). */
    public static final long DEVICE_PRIVATE = 5 << KIND_SHIFT;
    /** Kind: a page that a device has for itself ({@code is_device_exclusive_entry}). */
    public static final long DEVICE_EXCLUSIVE = 6 << KIND_SHIFT;
    /** Kind: memory that has failed ({@code is_hwpoison_entry}). */
    public static final long HWPOISON = 4 << KIND_SHIFT;

    /** In an entry that is present: its protection key allows no access but instruction fetches (x86-64). */
    public static final long EXECUTE_ONLY = 7 << KIND_SHIFT;

    /** Marker bit {@code PTE_MARKER_UFFD_WP}: the page that comes here is write-protected by userfaultfd. */
    public static final int MARKER_UFFD_WP = 1;
    /** Marker bit {@code PTE_MARKER_POISONED}: an access raises SIGBUS. */
    public static final int MARKER_POISONED = 2;
    /** Marker bit {@code PTE_MARKER_GUARD}: an access raises SIGSEGV. */
    public static final int MARKER_GUARD = 4;

    /**
     * {@code _PAGE_SAVED_DIRTY}: dirty to the kernel, but not to the hardware, which has not written yet. x86-64 only, since
     * a read-only entry with the hardware's bit would be a shadow stack; here only where it is seen, in a hugetlb entry that
     * became writable.
     */
    public static final long SAVED_DIRTY = 1L << 62;
    private static final long DIRTY_BITS = DIRTY | SAVED_DIRTY;

    /** Bits that only software looks at: x86-64 needs no flush when nothing else changes. */
    public static final long SOFTWARE = SPECIAL | SOFT_DIRTY | UFFD_WP;

    /** In an entry that is not present: the page was exclusive ({@code pte_swp_exclusive}, or the kind of migration entry). */
    public static final long SWP_EXCLUSIVE = EXEC;

    /** In a device-exclusive entry: the page still counts as mapped (since 6.15). */
    public static final long SWP_MAPPED = SPECIAL;

    /** All bits that say what the entry permits. */
    public static final long PERMISSIONS = PRESENT | WRITE | EXEC | PROTNONE | EXECUTE_ONLY;

    static final int FRAME_SHIFT = 16;
    private static final long LEVEL_MASK = 3 << LEVEL_SHIFT;
    private static final long KIND_MASK = 7 << KIND_SHIFT;

    private Pte() {}

    /** An entry for a frame. */
    public static long of(int frame, long bits) {
        return ((long) frame << FRAME_SHIFT) | bits;
    }

    /** {@code pte_pfn}. */
    public static int frame(long pte) {
        return (int) (pte >>> FRAME_SHIFT);
    }

    /** A leaf of a level above the last (1 = PMD, 2 = PUD) that maps the huge page starting at a frame. */
    public static long huge(int headFrame, int level, long bits) {
        return of(headFrame, bits | (long) level << LEVEL_SHIFT);
    }

    /** The same bits with another frame. */
    public static long withFrame(long pte, int frame) {
        return (pte & ((1L << FRAME_SHIFT) - 1)) | (long) frame << FRAME_SHIFT;
    }

    /** The frame of one entry with all other bits of another. */
    public static long withBitsOf(long framed, long bits) {
        return (framed & -(1L << FRAME_SHIFT)) | (bits & ((1L << FRAME_SHIFT) - 1));
    }

    /** {@code pte_advance_pfn}: the same bits for a frame further on. */
    public static long advance(long pte, long frames) {
        return pte + (frames << FRAME_SHIFT);
    }

    /** The level of a leaf: 0 = PTE, 1 = PMD, 2 = PUD. */
    public static int level(long pte) {
        return (int) ((pte & LEVEL_MASK) >>> LEVEL_SHIFT);
    }

    /** Whether a leaf maps a huge page. */
    public static boolean isHuge(long pte) {
        return (pte & LEVEL_MASK) != 0;
    }

    /** What an entry that is not present stands for: {@link #SWAP}, {@link #MIGRATION}, …, or 0. */
    public static long kind(long pte) {
        return pte & KIND_MASK;
    }

    /** {@code pte_present}: a page is here, with or without rights. */
    public static boolean present(long pte) {
        return (pte & (PRESENT | PROTNONE)) != 0;
    }

    /** Whether the hardware can use it. */
    public static boolean valid(long pte) {
        return (pte & PRESENT) != 0;
    }

    /** {@code pte_write}. */
    public static boolean write(long pte) {
        return (pte & WRITE) != 0;
    }

    /** {@code pte_dirty}. */
    public static boolean dirty(long pte) {
        return (pte & DIRTY_BITS) != 0;
    }

    /** {@code pte_young}. */
    public static boolean young(long pte) {
        return (pte & ACCESSED) != 0;
    }

    /** {@code pte_special}. */
    public static boolean special(long pte) {
        return (pte & SPECIAL) != 0;
    }

    /** {@code pte_soft_dirty}; of an entry that is not present {@code pte_swp_soft_dirty}. */
    public static boolean softDirty(long pte) {
        return (pte & SOFT_DIRTY) != 0;
    }

    /** {@code pte_mksoft_dirty}, {@code pte_swp_mksoft_dirty}. */
    public static long mksoftDirty(long pte) {
        return pte | SOFT_DIRTY;
    }

    /** {@code pte_clear_soft_dirty}, {@code pte_swp_clear_soft_dirty}. */
    public static long clearSoftDirty(long pte) {
        return pte & ~SOFT_DIRTY;
    }

    /** {@code pte_uffd_wp}; of an entry that is not present {@code pte_swp_uffd_wp}. */
    public static boolean uffdWp(long pte) {
        return (pte & UFFD_WP) != 0;
    }

    /** {@code pte_mkuffd_wp}: a present entry also loses its write permission. */
    public static long mkuffdWp(long pte) {
        return present(pte) ? (pte | UFFD_WP) & ~WRITE : pte | UFFD_WP;
    }

    /** {@code pte_clear_uffd_wp}, {@code pte_swp_clear_uffd_wp}. */
    public static long clearUffdWp(long pte) {
        return pte & ~UFFD_WP;
    }

    /** Whether an entry stands for a swap slot, which is its frame field. */
    public static boolean isSwap(long pte) {
        return (pte & (PRESENT | PROTNONE)) == 0 && kind(pte) == SWAP;
    }

    /** {@code is_migration_entry}: the frame field is the page that moves. */
    public static boolean isMigration(long pte) {
        return (pte & (PRESENT | PROTNONE)) == 0 && kind(pte) == MIGRATION;
    }

    /** {@code is_hwpoison_entry}: the frame field is the page that has failed. */
    public static boolean isHwpoison(long pte) {
        return (pte & (PRESENT | PROTNONE)) == 0 && kind(pte) == HWPOISON;
    }

    /** {@code is_device_private_entry}: the frame field is the page in the device's memory. */
    public static boolean isDevicePrivate(long pte) {
        return (pte & (PRESENT | PROTNONE)) == 0 && kind(pte) == DEVICE_PRIVATE;
    }

    /** {@code is_device_exclusive_entry}: the frame field is the page. */
    public static boolean isDeviceExclusive(long pte) {
        return (pte & (PRESENT | PROTNONE)) == 0 && kind(pte) == DEVICE_EXCLUSIVE;
    }

    /** Whether somebody may reach a frame by this entry: a CPU, or the device whose memory or exclusive page it is. */
    public static boolean maps(long pte, int frame) {
        return frame(pte) == frame && (valid(pte) || isDevicePrivate(pte) || isDeviceExclusive(pte));
    }

    /** {@code pte_swp_exclusive}. */
    public static boolean swpExclusive(long pte) {
        return (pte & SWP_EXCLUSIVE) != 0;
    }

    /** {@code make_pte_marker}: the bits {@link #MARKER_UFFD_WP}, …, in the frame field. */
    public static long marker(int bits) {
        return of(bits, MARKER);
    }

    /** {@code is_pte_marker}. */
    public static boolean isMarker(long pte) {
        return (pte & (PRESENT | PROTNONE)) == 0 && kind(pte) == MARKER;
    }

    /** Whether it is a marker with all the given bits ({@code pte_marker_get}). */
    public static boolean isMarker(long pte, int bits) {
        return isMarker(pte) && (frame(pte) & bits) == bits;
    }

    /** {@code pte_wrprotect}. */
    public static long wrprotect(long pte) {
        return pte & ~WRITE;
    }

    /** {@code pte_mkyoung}. */
    public static long mkyoung(long pte) {
        return pte | ACCESSED;
    }

    /** {@code pte_mkold}. */
    public static long mkold(long pte) {
        return pte & ~ACCESSED;
    }

    /** {@code pte_mkdirty}: soft-dirty too, where the architecture has that ({@code PageTableOps} drops it elsewhere). */
    public static long mkdirty(long pte) {
        return pte | DIRTY | SOFT_DIRTY;
    }

    /** {@code pte_mkclean}. */
    public static long mkclean(long pte) {
        return pte & ~DIRTY_BITS;
    }

    /** {@code pte_modify}: the permissions of {@code prot}, everything else of {@code pte}. */
    public static long modify(long pte, long prot) {
        return (pte & ~PERMISSIONS) | (prot & PERMISSIONS);
    }
}
