package io.mmulab.device;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.mmulab.kernel.arch.Paging;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.secondary.MmuServices;
import io.mmulab.kernel.secondary.SecondaryMmu.EntryVisitor;

/**
 * The two TLBs of a device that shares the page table: the IOMMU's, and its own if it has one. To the outside they are one:
 * an entry that both hold is one entry, and it is dropped when neither holds it any more.
 */
final class SvaCaches {
    private final SvaDevice device;
    private final MmuServices services;
    private final TranslationCache iommu;
    private final TranslationCache own;
    private long askedStart;
    private long askedEnd;
    private int dropped;
    private long overInvalidated;

    SvaCaches(SvaDevice device, MmuServices services, boolean blocks) {
        this.device = device;
        this.services = services;
        Paging paging = services.architecture().paging();
        this.iommu = new TranslationCache(paging, blocks);
        this.own = new TranslationCache(paging, blocks);
    }

    /** What the IOMMU's TLB has for a page, as {@link Translations#get}. */
    long iommu(long page) {
        return iommu.get(page);
    }

    /** What the device's TLB has for a page. */
    long device(long page) {
        return own.get(page);
    }

    /** Fills the IOMMU's TLB from a walk, in the place of what it had; returns the translation of the page. */
    long fill(long page, long pte, boolean writable) {
        iommu.remove(page);
        return iommu.put(page, pte, writable);
    }

    /** Fills the device's TLB with what the IOMMU's has, in the same size. */
    void fillDevice(long page) {
        own.remove(page);
        own.copy(iommu, page);
    }

    /** The IOMMU's TLB drops what covers a page, unasked. */
    void iommuForgets(long page) {
        iommu.remove(page);
    }

    /** The device's TLB drops what covers a page, unasked. */
    void deviceForgets(long page) {
        own.remove(page);
    }

    /** {@code [start, end)} is to be invalidated; what goes beyond it was not asked for. */
    void asked(long start, long end) {
        askedStart = start;
        askedEnd = end;
    }

    /** Commands to the IOMMU's TLB take effect; returns how many entries nobody holds any more. */
    int dropFromIommu(long start, long end) {
        dropped = 0;
        iommu.drop(start, end, (page, frame, writable) -> gone(own, page, frame, writable));
        return dropped;
    }

    /** Commands to the device's TLB take effect. */
    int dropFromDevice(long start, long end) {
        dropped = 0;
        own.drop(start, end, (page, frame, writable) -> gone(iommu, page, frame, writable));
        return dropped;
    }

    private void gone(TranslationCache other, long page, int frame, boolean writable) {
        if (other.get(page) != Translations.MISS) {
            return;
        }
        dropped++;
        if (askedEnd != -1 && (Long.compareUnsigned(page, askedEnd) >= 0
                || Long.compareUnsigned(page + services.architecture().pageSize(), askedStart) <= 0)) {
            overInvalidated++;
        }
        AddressSpace mm = device.boundTo();
        if (mm != null) {
            services.observer().entryDropped(device, mm, page, frame, writable);
        }
    }

    /** Forgets everything; returns how many entries there were. */
    int clear() {
        int size = size();
        iommu.clear();
        own.clear();
        return size;
    }

    /** Entries that at least one of the two holds. */
    int size() {
        return iommu.size() + (own.size() == 0 ? 0 : own.countMissingFrom(iommu));
    }

    /** Visits them in order of address, one base page after the other; twice what the two hold differently. */
    void visit(long start, long end, EntryVisitor visitor) {
        if (own.size() == 0 && !iommu.hasBlocks()) {
            iommu.visit(start, end, visitor);
            return;
        }
        List<CachedPage> pages = new ArrayList<>();
        EntryVisitor collector = (page, frame, writable) -> pages.add(new CachedPage(page, frame, writable));
        iommu.visit(start, end, collector);
        own.visit(start, end, (page, frame, writable) -> {
            if (iommu.get(page) != own.get(page)) {
                collector.entry(page, frame, writable);
            }
        });
        pages.sort(Comparator.comparingLong(CachedPage::page));
        pages.forEach(page -> visitor.entry(page.page, page.frame, page.writable));
    }

    private record CachedPage(long page, int frame, boolean writable) {}

    /** Entries that were dropped although no invalidation named them. */
    long overInvalidated() {
        return overInvalidated;
    }
}
