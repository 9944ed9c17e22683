package io.mmulab.kernel.thp;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * Which orders of huge page a VMA may have: {@code hugepage_vma_check()}, later {@code thp_vma_allowable_orders()}.
 */
public final class ThpOrders {
    private static final long NEVER_COLLAPSED = VmFlags.SPECIAL | VmFlags.HUGETLB;

    private final ThpSettings settings;
    private final boolean perSize;
    private final boolean specialIsEligible;
    private final boolean shmemOrdersMustFit;
    private final boolean tmpfsTakesAllOrders;

    /** For one machine. */
    public ThpOrders(ThpSettings settings, KernelVersion version) {
        this.settings = settings;
        this.perSize = version.has(VersionRule.MULTI_SIZE_THP);
        this.specialIsEligible = perSize;
        this.shmemOrdersMustFit = version.has(VersionRule.SHMEM_ORDERS_MUST_FIT);
        this.tmpfsTakesAllOrders = version.has(VersionRule.TMPFS_LARGE_FOLIOS);
    }

    /** {@code HPAGE_PMD_ORDER}. */
    public int pmdOrder() {
        return settings.pmdOrder();
    }

    /** {@code HPAGE_PMD_NR}: base pages of a huge page. */
    public int pmdPages() {
        return settings.pmd();
    }

    /** {@code thp_vma_suitable_order}: whether the aligned block around an address lies within the VMA and in the file. */
    public static boolean suitable(AddressSpace mm, Vma vma, long address, int order) {
        long size = mm.pageSize() << order;
        boolean aligned = vma.isAnonymous() || ((vma.start() / mm.pageSize() - vma.pgoff()) & ((1L << order) - 1)) == 0;
        long start = address & -size;
        return aligned && start >= vma.start() && start + size <= vma.end();
    }

    /** {@code thp_vma_suitable_orders}: those of a set that fit around an address. */
    public static int suitableOrders(AddressSpace mm, Vma vma, long address, int orders) {
        int left = orders;
        while (left != 0) {
            int order = 31 - Integer.numberOfLeadingZeros(left);
            if (suitable(mm, vma, address, order)) {
                return left;
            }
            left &= ~(1 << order);
        }
        return 0;
    }

    /** Whether files that are memory themselves may have large folios at all. */
    boolean anyShmem() {
        return settings.anyShmem();
    }

    /** Whether faults on anonymous memory may get large folios below the PMD's size at all. */
    public boolean anyBelowPmd() {
        return settings.anyBelowPmd();
    }

    /** {@code thp_vma_allowable_order(PMD_ORDER)} of a fault: costs one comparison where nothing is enabled. */
    public boolean allowsPmdFault(AddressSpace mm, Vma vma) {
        return settings.anyEnabled() && vma.isAnonymous()
                && allowable(mm, vma, ThpPurpose.PAGE_FAULT, settings.pmd()) != 0;
    }

    /** THPeligible of smaps. */
    public boolean eligible(AddressSpace mm, Vma vma) {
        int all = perSize ? settings.allAnonOrders() | settings.allFileOrders() : settings.pmd();
        return allowable(mm, vma, ThpPurpose.SMAPS, all) != 0;
    }

    /** {@code thp_vma_allowable_orders}: which orders of a set a VMA may have. */
    public int allowable(AddressSpace mm, Vma vma, ThpPurpose purpose, int asked) {
        boolean fault = purpose == ThpPurpose.PAGE_FAULT;
        boolean smaps = purpose == ThpPurpose.SMAPS;
        boolean forced = purpose == ThpPurpose.FORCED_COLLAPSE;
        int orders = asked & (vma.isAnonymous() ? settings.allAnonOrders() : settings.allFileOrders());
        if (vma.isAnonymous() && !forced) {
            orders &= settings.anonOrders(vma.flags());
        }
        if (orders == 0 || vma.has(VmFlags.NOHUGEPAGE) || mm.thpDisabled()) {
            return 0;
        }
        boolean special = vma.has(NEVER_COLLAPSED);
        if (special && !fault && !(smaps && specialIsEligible)) {
            return 0;
        }
        if (special && fault && !perSize) {
            return 0;
        }
        if (!fault) {
            orders = suitableAtEnd(mm, vma, orders);
        }
        MappedFile file = vma.file();
        if (file != null) {
            if (fault || orders == 0 || !file.isMemory()) {
                return 0;
            }
            int ofFile = shmem(vma, file, vma.pgoff(), forced);
            return shmemOrdersMustFit ? orders & ofFile : ofFile;
        }
        boolean faultedOnce = vma.anonVma() != null;
        return faultedOnce || smaps || fault ? orders : 0;
    }

    private static int suitableAtEnd(AddressSpace mm, Vma vma, int orders) {
        int left = orders;
        while (left != 0) {
            int order = 31 - Integer.numberOfLeadingZeros(left);
            if (suitable(mm, vma, vma.end() - (mm.pageSize() << order), order)) {
                return left;
            }
            left &= ~(1 << order);
        }
        return 0;
    }

    /**
     * {@code shmem_is_huge}, later {@code shmem_allowable_huge_orders}: which orders a page of shared memory may have.
     *
     * @param index of the page in the file
     * @param force MADV_COLLAPSE asks
     */
    public int shmem(Vma vma, MappedFile file, long index, boolean force) {
        return shmem(file, index, vma.has(VmFlags.HUGEPAGE), vma.has(VmFlags.NOHUGEPAGE), force, true);
    }

    private int shmem(MappedFile file, long index, boolean advised, boolean refused, boolean force, boolean mapped) {
        ThpMode mode = settings.shmemEnabled();
        if (refused || mode == ThpMode.DENY) {
            return 0;
        }
        int global = shmemGlobal(file, index, advised, force);
        if (!perSize || !mapped || !file.isAnonShmem() || force) {
            return global;
        }
        boolean inherited = mode == ThpMode.FORCE || global != 0;
        return settings.allFileOrders() & settings.shmemOrders(advised, inherited);
    }

    /** {@code shmem_huge_global_enabled}. A file of a tmpfs mount follows the mount's option, which is never. */
    private int shmemGlobal(MappedFile file, long index, boolean advised, boolean force) {
        ThpMode mode = settings.shmemEnabled();
        if (force || mode == ThpMode.FORCE) {
            return settings.pmd();
        }
        if (!file.isShmemMount()) {
            return 0;
        }
        long upTo = (index / settings.pmd() + 1) * settings.pmd();
        boolean huge = switch (mode) {
            case ALWAYS -> true;
            case WITHIN_SIZE -> file.pages() >= upTo || advised;
            case ADVISE -> advised;
            default -> false;
        };
        if (!huge) {
            return 0;
        }
        return tmpfsTakesAllOrders ? settings.allFileOrders() : settings.pmd();
    }
}
