package io.mmulab.kernel.thp;

import java.util.Arrays;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.vma.VmFlags;

/**
 * {@code /sys/kernel/mm/transparent_hugepage}: what the administrator allows. A machine starts as the recorded ones were
 * booted, with {@code transparent_hugepage=never} and no huge shared memory. Orders are log2 of base pages; a set of orders
 * has bit {@code 1 << order}.
 */
public final class ThpSettings {
    private final int pmdOrder;
    private final boolean supported;
    private final boolean perSize;
    private int possible;
    private boolean shmemPossible;
    private ThpMode enabled = ThpMode.NEVER;
    private ThpMode shmemEnabled = ThpMode.NEVER;
    private final ThpMode[] anon;
    private final ThpMode[] shmem;

    /** For one machine. */
    public ThpSettings(Architecture architecture, KernelVersion version) {
        pmdOrder = architecture.paging().pmdOrder();
        supported = version.isIn(architecture.paging().transparentHugePages());
        anon = new ThpMode[pmdOrder + 1];
        shmem = new ThpMode[pmdOrder + 1];
        perSize = version.has(VersionRule.MULTI_SIZE_THP);
        Arrays.fill(anon, ThpMode.NEVER);
        Arrays.fill(shmem, ThpMode.NEVER);
        anon[pmdOrder] = ThpMode.INHERIT;
        shmem[pmdOrder] = ThpMode.INHERIT;
    }

    /** Whether there are transparent huge pages at all ({@code CONFIG_TRANSPARENT_HUGEPAGE}). */
    public boolean isSupported() {
        return supported;
    }

    /** {@code HPAGE_PMD_ORDER}. */
    public int pmdOrder() {
        return pmdOrder;
    }

    /** {@code BIT(PMD_ORDER)}. */
    public int pmd() {
        return 1 << pmdOrder;
    }

    /** {@code THP_ORDERS_ALL_ANON}: four pages to a PMD. */
    int allAnonOrders() {
        return supported ? (2 * pmd() - 1) & ~0b11 : 0;
    }

    /** {@code THP_ORDERS_ALL_FILE_DEFAULT}: two pages to a PMD. */
    int allFileOrders() {
        return supported ? (2 * pmd() - 1) & ~0b1 : 0;
    }

    /** Writes {@code enabled}. */
    public void enable(ThpMode mode) {
        enabled = mode;
        possible = anonOrders(VmFlags.HUGEPAGE);
    }

    /** {@code enabled}. */
    public ThpMode enabled() {
        return enabled;
    }

    /** Writes {@code shmem_enabled}. */
    public void enableShmem(ThpMode mode) {
        shmemEnabled = mode;
        shmemPossible = true;
    }

    /** {@code shmem_enabled}. */
    public ThpMode shmemEnabled() {
        return shmemEnabled;
    }

    /**
     * Writes {@code hugepages-…kB/enabled}.
     *
     * @return whether this kernel has such a file
     */
    public boolean enableAnon(int order, ThpMode mode) {
        if (!hasFile(order, allAnonOrders())) {
            return false;
        }
        anon[order] = mode;
        possible = anonOrders(VmFlags.HUGEPAGE);
        return true;
    }

    /**
     * Writes {@code hugepages-…kB/shmem_enabled}.
     *
     * @return whether this kernel has such a file
     */
    public boolean enableShmem(int order, ThpMode mode) {
        if (!hasFile(order, allFileOrders())) {
            return false;
        }
        shmem[order] = mode;
        shmemPossible = true;
        return true;
    }

    private boolean hasFile(int order, int orders) {
        return perSize && order >= 0 && order <= pmdOrder && (1 << order & orders) != 0;
    }

    /** {@code hugepage_flags_enabled}: whether any anonymous mapping may have any huge page. */
    public boolean anyEnabled() {
        return possible != 0;
    }

    /** Whether any file that is memory itself may have large folios. */
    boolean anyShmem() {
        return shmemPossible;
    }

    /** Whether any anonymous mapping may have large folios below the PMD's size. */
    boolean anyBelowPmd() {
        return (possible & (pmd() - 1)) != 0;
    }

    /** The orders of anonymous memory that these files allow a VMA of such flags. */
    public int anonOrders(long vmFlags) {
        boolean advised = (vmFlags & VmFlags.HUGEPAGE) != 0;
        return orders(anon, advised, allows(enabled, advised));
    }

    /** The orders of anonymous shared memory that the files of single sizes allow, without {@code within_size}. */
    int shmemOrders(boolean advised, boolean inherited) {
        return orders(shmem, advised, inherited);
    }

    private static int orders(ThpMode[] modes, boolean advised, boolean inherited) {
        int orders = 0;
        for (int order = 0; order < modes.length; order++) {
            if (modes[order] == ThpMode.INHERIT ? inherited : allows(modes[order], advised)) {
                orders |= 1 << order;
            }
        }
        return orders;
    }

    private static boolean allows(ThpMode mode, boolean advised) {
        return mode == ThpMode.ALWAYS || (mode == ThpMode.ADVISE && advised);
    }
}
