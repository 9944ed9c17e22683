package io.mmulab.device;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.FlushScheme;
import io.mmulab.kernel.design.NotifySite;
import io.mmulab.kernel.fault.VmFault;
import io.mmulab.kernel.lock.Step;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.secondary.AccessStatus;
import io.mmulab.kernel.secondary.MmuServices;
import io.mmulab.kernel.tlb.TlbBroadcastListener;

/**
 * A device behind an IOMMU that shares the CPU's page table with it (shared virtual addressing): the IOMMU walks the table
 * and caches what it finds in its TLB, and the device may cache the answers in a TLB of its own (ATS). What it does beyond
 * that is a row of the table of {@link IommuModels}.
 *
 * <p>The rule that the thread is about: an access looks into the TLB first, and a hit without permission faults without a
 * new walk, unless the table says otherwise. The fault is handled, the access is tried again, and nothing is invalidated. If
 * nobody has dropped the cached entry, the same hit faults again.
 */
final class SvaDevice extends BoundDevice implements TlbBroadcastListener {
    private final SvaChoices choices;
    private final Iommu iommu;
    private final FaultReport report;
    private final boolean listens;
    private final boolean hooked;
    private final boolean cleanIsReadOnly;
    private final boolean setsBits;
    private final SvaCaches caches;
    private final IommuCommands commands;
    private long walks;
    private long translationRequests;
    private long faults;
    private long answersWithInvalidation;
    private long stuck;
    private @Nullable AddressSpace coprocessorOf;

    /** A device that is not bound. */
    SvaDevice(int id, String name, MmuServices services, SvaChoices choices) {
        super(id, name, services);
        this.choices = choices;
        this.iommu = choices.iommu();
        this.report = choices.report();
        this.listens = choices.broadcast() && services.architecture().flushScheme() == FlushScheme.BROADCAST;
        this.hooked = !listens || choices.deviceTlb();
        this.cleanIsReadOnly = services.architecture().cleanIsReadOnly();
        this.setsBits = setsBits(services);
        this.caches = new SvaCaches(this, services, choices.blocks());
        this.commands = new IommuCommands(iommu.style(services.version()), choices, services.architecture().pageShift(),
                services.clock());
    }

    private boolean setsBits(MmuServices services) {
        return iommu.bitsSince() == null ? iommu.setsBits()
                : choices.bits() && services.version().has(iommu.bitsSince());
    }

    @Override
    public String model() {
        return iommu.model();
    }

    @Override
    void onBind() {
        if (listens) {
            services().tlb().addBroadcastListener(this);
        }
        if (iommu.hearing() == Iommu.Hearing.BROADCAST_UNLESS_ASKED) {
            coprocessorOf = boundTo();
        }
        if (coprocessorOf != null) {
            coprocessorOf.addCopro();
        }
    }

    /** The context descriptor, PASID or process entry is disabled, then all caches are cleared. */
    @Override
    void onRelease() {
        if (listens) {
            services().tlb().removeBroadcastListener(this);
        }
        if (coprocessorOf != null) {
            coprocessorOf.removeCopro();
            coprocessorOf = null;
        }
        commands.all(choices.deviceTlb());
    }

    // --- accesses ---

    @Override
    AccessStatus access(AddressSpace mm, long address, boolean write, byte value) {
        long page = address & -mm.pageSize();
        for (int handled = 0;; handled++) {
            long entry = translate(mm, page, write);
            if (permits(entry, write)) {
                return use(mm, address, Translations.frame(entry), write, value);
            }
            if (handled == choices.retryBudget()) {
                stuck++;
                return AccessStatus.STUCK;
            }
            faulted();
            faults++;
            if (!report.isHandled()) {
                return refused(mm, page, write);
            }
            services().clock().advance(iommu.costs().fault());
            if (VmFault.isError(services().faults().device(mm, address, write))) {
                return AccessStatus.INVALID;
            }
            answer(page);
        }
    }

    private static boolean permits(long entry, boolean write) {
        return entry != Translations.MISS && (!write || Translations.isWritable(entry));
    }

    private AccessStatus use(AddressSpace mm, long address, int frame, boolean write, byte value) {
        services().observer().entryUsed(this, mm, address, frame, write);
        if (write && setsBits) {
            setDirty(mm, address & -mm.pageSize(), frame);
        }
        touch(frame, write, value);
        return AccessStatus.OK;
    }

    /** The first write through a clean entry sets the dirty bit in the table; a stale entry has nothing to set there. */
    private void setDirty(AddressSpace mm, long page, int frame) {
        long pte = services().pageTables().walk(mm, page);
        if (Pte.valid(pte) && Pte.frame(pte) == frame && Pte.write(pte) && !Pte.dirty(pte)) {
            services().pageTables().hardwareUpdate(mm, page, pte | Pte.DIRTY);
        }
    }

    /** Nobody will help: whether the page table would have permitted what a cached entry refused. */
    private AccessStatus refused(AddressSpace mm, long page, boolean write) {
        long pte = Long.compareUnsigned(page, mm.taskSize()) >= 0 ? Pte.NONE : mm.pageTable().get(page);
        boolean usable = Pte.valid(pte) && (Pte.young(pte) || setsBits);
        if (usable && (!write || cachesAsWritable(pte))) {
            stuck++;
            return AccessStatus.STUCK;
        }
        return AccessStatus.INVALID;
    }

    private long translate(AddressSpace mm, long page, boolean write) {
        services().current().get().step(Step.DEVICE_USE);
        services().clock().advance(iommu.costs().hit());
        if (!choices.deviceTlb()) {
            return ask(mm, page, write);
        }
        long cached = caches.device(page);
        if (isFinal(cached, write, iommu.deviceTlbMiss())) {
            return cached;
        }
        services().clock().advance(iommu.costs().translationRequest());
        translationRequests++;
        long answer = ask(mm, page, write);
        if (answer != Translations.MISS) {
            caches.fillDevice(page);
        }
        return answer;
    }

    /** The IOMMU's answer: what its TLB has, or what a walk finds. */
    private long ask(AddressSpace mm, long page, boolean write) {
        long cached = caches.iommu(page);
        return isFinal(cached, write, iommu.tlbMiss()) ? cached : walk(mm, page);
    }

    /** Whether an access goes by this entry, be it that it faults. */
    private static boolean isFinal(long entry, boolean write, PermissionMiss rule) {
        return permits(entry, write) || (entry != Translations.MISS && rule != PermissionMiss.LOOKS_AGAIN);
    }

    /** Reading and filling are one step: an invalidation completes only after the walks that began before it. */
    private long walk(AddressSpace mm, long page) {
        services().current().get().step(Step.DEVICE_FILL);
        services().clock().advance(iommu.costs().walk());
        walks++;
        if (Long.compareUnsigned(page, mm.taskSize()) >= 0) {
            return Translations.MISS;
        }
        long pte = services().pageTables().walk(mm, page);
        if (!Pte.valid(pte) || boundTo() == null || (!Pte.young(pte) && !setsBits)) {
            return Translations.MISS;
        }
        if (!Pte.young(pte)) {
            services().pageTables().hardwareUpdate(mm, page, Pte.mkyoung(pte));
        }
        return caches.fill(page, pte, cachesAsWritable(pte));
    }

    private void answer(long page) {
        if (!report.isAnsweredByIommuDriver()) {
            return;
        }
        if (iommu.tlbMiss() == PermissionMiss.DROPPED_BY_ANSWER) {
            caches.iommuForgets(page);
        }
        if (iommu.deviceTlbMiss() == PermissionMiss.DROPPED_BY_ANSWER) {
            caches.deviceForgets(page);
        }
        if (choices.invalidatesBeforeAnswer() || services().design().notifiesAt(NotifySite.PAGE_RESPONSE)) {
            answersWithInvalidation++;
            send(page, page + (1L << services().architecture().pageShift()), true);
        }
    }

    @Override
    public boolean cachesAsWritable(long pte) {
        return Pte.write(pte) && (Pte.dirty(pte) || !cleanIsReadOnly || setsBits);
    }

    @Override
    public boolean needsUpgradeInvalidation() {
        return iommu.tlbMiss().keepsRefusing(report)
                || (choices.deviceTlb() && iommu.deviceTlbMiss().keepsRefusing(report));
    }

    // --- invalidation ---

    @Override
    public boolean hasRangeOps() {
        return false;
    }

    @Override
    public boolean hasSecondaryTlbOp() {
        return iommu.hearing() != Iommu.Hearing.BROADCAST_UNLESS_ASKED || hooked;
    }

    @Override
    public boolean hasChangePte() {
        return false;
    }

    /** Where the hardware has heard the CPUs' own maintenance, the driver sends commands for the device's TLB only. */
    @Override
    public int invalidateSecondaryTlbs(int mm, long start, long end) {
        return hooked ? send(start, end, !listens) : IGNORED;
    }

    private int send(long start, long end, boolean toTlb) {
        caches.asked(start, end);
        commands.begin();
        int dropped = 0;
        if (toTlb) {
            Extent extent = commands.toTlb(start, end);
            dropped += caches.dropFromIommu(extent.start(), extent.end());
        }
        if (choices.deviceTlb()) {
            Extent extent = commands.toDeviceTlb(start, end);
            dropped += caches.dropFromDevice(extent.start(), extent.end());
        }
        commands.end();
        return dropped;
    }

    /** Maintenance by address space identifier cannot be turned into invalidations of devices' TLBs. */
    @Override
    public void tlbInvalidate(int asid, long start, long end) {
        AddressSpace mm = boundTo();
        if (mm != null && mm.id() == asid) {
            caches.asked(start, end);
            caches.dropFromIommu(start, end);
        }
    }

    @Override
    int dropAll() {
        return caches.clear();
    }

    /** Never called: no driver of an IOMMU has start and end. */
    @Override
    public int invalidateRangeStart(MmuNotifierRange range) {
        return IGNORED;
    }

    @Override
    public void invalidateRangeEnd(MmuNotifierRange range) {}

    /** Never called: no driver of an IOMMU has change_pte. */
    @Override
    public int changePte(int mm, long address, long pte) {
        return 0;
    }

    @Override
    public void visitEntries(long start, long end, EntryVisitor visitor) {
        caches.visit(start, end, visitor);
    }

    @Override
    public int entryCount() {
        return caches.size();
    }

    @Override
    public Map<String, Long> counters() {
        Map<String, Long> counters = new LinkedHashMap<>(commands.counts());
        counters.put("walks", walks);
        counters.put("translationRequests", translationRequests);
        counters.put("overInvalidated", caches.overInvalidated());
        counters.put("faults", faults);
        counters.put("answersWithInvalidation", answersWithInvalidation);
        counters.put("stuck", stuck);
        return counters;
    }
}
