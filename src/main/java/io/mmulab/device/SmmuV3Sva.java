package io.mmulab.device;

import java.util.LinkedHashMap;
import java.util.Map;

import io.mmulab.kernel.arch.FlushScheme;
import io.mmulab.kernel.fault.VmFault;
import io.mmulab.kernel.lock.Step;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.secondary.AccessStatus;
import io.mmulab.kernel.secondary.MmuServices;
import io.mmulab.kernel.tlb.TlbBroadcastListener;

/**
 * A stall-capable device behind an Arm SMMUv3 with shared virtual addressing
 * ({@code drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c}): it walks the CPU's own page table and caches what it finds in
 * its TLB (STLB).
 *
 * <p>The rule that the thread is about: an access looks into the STLB first, and a hit without permission faults without a
 * new walk. The fault is handled, CMD_RESUME retries the access and invalidates nothing. If nobody has dropped the cached
 * entry, the same hit faults again.
 *
 * <p>HTTU is not enabled for SVA: an entry that is not young raises an access fault, and a clean one refuses writes where
 * the architecture says so. Entries that fault in the walk are not cached; read-only entries are, also by a walk for a
 * write.
 */
final class SmmuV3Sva extends BoundDevice implements TlbBroadcastListener {
    /** {@code CMDQ_MAX_TLBI_OPS}, 1 &lt;&lt; (PAGE_SHIFT - 3): from so many pages on, one command drops the whole ASID. */
    private static final int TABLE_ENTRY_SHIFT = 3;

    private final Translations stlb;
    private final boolean btm;
    private final int retryBudget;
    private final int pageShift;
    private final boolean cleanIsReadOnly;
    private final DeviceCosts costs = DeviceCosts.SMMU;
    private long tlbiByAddress;
    private long tlbiByAsid;
    private long syncs;
    private long faults;
    private int dropped;

    /**
     * A device that is not bound.
     *
     * @param btm whether broadcast TLB maintenance is asked for; without effect where the CPUs interrupt each other instead
     * @param retryBudget handled faults of one access before it gives up
     */
    SmmuV3Sva(int id, String name, MmuServices services, boolean btm, int retryBudget) {
        super(id, name, services);
        this.btm = btm && services.architecture().flushScheme() == FlushScheme.BROADCAST;
        this.retryBudget = retryBudget;
        this.pageShift = services.architecture().pageShift();
        this.cleanIsReadOnly = services.architecture().cleanIsReadOnly();
        this.stlb = new Translations(pageShift);
    }

    @Override
    public String model() {
        return DeviceModels.SMMUV3_SVA;
    }

    @Override
    void onBind() {
        if (btm) {
            services().tlb().addBroadcastListener(this);
        }
    }

    @Override
    void onRelease() {
        if (btm) {
            services().tlb().removeBroadcastListener(this);
        }
        count(0);
    }

    @Override
    AccessStatus access(AddressSpace mm, long address, boolean write, byte value) {
        long page = address & -mm.pageSize();
        for (int handled = 0;; handled++) {
            long entry = translate(mm, page);
            if (entry != Translations.MISS && (!write || Translations.isWritable(entry))) {
                int frame = Translations.frame(entry);
                services().observer().entryUsed(this, mm, address, frame, write);
                touch(frame, write, value);
                return AccessStatus.OK;
            }
            if (handled == retryBudget) {
                return AccessStatus.STUCK;
            }
            faulted();
            faults++;
            services().clock().advance(costs.fault());
            if (VmFault.isError(services().faults().device(mm, address, write))) {
                return AccessStatus.INVALID;
            }
        }
    }

    /** The cached entry, filled by a walk on a miss only; MISS is a translation or access fault. */
    private long translate(AddressSpace mm, long page) {
        services().current().get().step(Step.DEVICE_USE);
        services().clock().advance(costs.hit());
        long entry = stlb.get(page);
        return entry != Translations.MISS ? entry : walk(mm, page);
    }

    /** Reading and filling are one step: an invalidation completes only after the walks that began before it. */
    private long walk(AddressSpace mm, long page) {
        services().current().get().step(Step.DEVICE_FILL);
        services().clock().advance(costs.walk());
        if (Long.compareUnsigned(page, mm.taskSize()) >= 0) {
            return Translations.MISS;
        }
        long pte = services().pageTables().walk(mm, page);
        if (!Pte.valid(pte) || !Pte.young(pte) || boundTo() == null) {
            return Translations.MISS;
        }
        stlb.put(page, Pte.frame(pte), cachesAsWritable(pte));
        return stlb.get(page);
    }

    @Override
    public boolean cachesAsWritable(long pte) {
        return Pte.write(pte) && (Pte.dirty(pte) || !cleanIsReadOnly);
    }

    /** A hit without permission does not walk again. */
    @Override
    public boolean needsUpgradeInvalidation() {
        return true;
    }

    // --- invalidation ---

    @Override
    public boolean hasRangeOps() {
        return false;
    }

    @Override
    public boolean hasSecondaryTlbOp() {
        return true;
    }

    @Override
    public boolean hasChangePte() {
        return false;
    }

    /** With BTM the hardware has heard the CPUs' own TLBI, and the driver sends none. */
    @Override
    public int invalidateSecondaryTlbs(int mm, long start, long end) {
        if (btm) {
            return IGNORED;
        }
        boolean all = (end - start) >>> pageShift >= 1L << (pageShift - TABLE_ENTRY_SHIFT);
        count(all ? 0 : (end - start) >>> pageShift);
        return all ? drop(0, -1) : drop(start, end);
    }

    /** Counts the commands of one invalidation and the sync that ends it. */
    private void count(long pages) {
        if (pages == 0) {
            tlbiByAsid++;
        } else {
            tlbiByAddress += pages;
        }
        syncs++;
        services().clock().advance(Math.max(pages, 1) * costs.command() + costs.sync());
    }

    @Override
    public void tlbInvalidate(int asid, long start, long end) {
        AddressSpace mm = boundTo();
        if (mm != null && mm.id() == asid) {
            drop(start, end);
        }
    }

    private int drop(long start, long end) {
        dropped = 0;
        stlb.visit(start, end, this::dropEntry);
        return dropped;
    }

    private void dropEntry(long page, int frame, boolean writable) {
        stlb.remove(page);
        dropped++;
        AddressSpace mm = boundTo();
        if (mm != null) {
            services().observer().entryDropped(this, mm, page, frame, writable);
        }
    }

    @Override
    int dropAll() {
        int all = stlb.size();
        stlb.clear();
        return all;
    }

    /** Never called: this driver has no start and end. */
    @Override
    public int invalidateRangeStart(MmuNotifierRange range) {
        return IGNORED;
    }

    @Override
    public void invalidateRangeEnd(MmuNotifierRange range) {}

    /** Never called: this driver has no change_pte. */
    @Override
    public int changePte(int mm, long address, long pte) {
        return 0;
    }

    @Override
    public void visitEntries(long start, long end, EntryVisitor visitor) {
        stlb.visit(start, end, visitor);
    }

    @Override
    public int entryCount() {
        return stlb.size();
    }

    @Override
    public Map<String, Long> counters() {
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("tlbiByAddress", tlbiByAddress);
        counters.put("tlbiByAsid", tlbiByAsid);
        counters.put("syncs", syncs);
        counters.put("faults", faults);
        return counters;
    }
}
