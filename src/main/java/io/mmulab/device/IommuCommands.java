package io.mmulab.device;

import java.util.LinkedHashMap;
import java.util.Map;

import io.mmulab.kernel.event.SimulatedClock;

/**
 * The command queue of an IOMMU: what the driver sends for an invalidation, what that costs, and the count of it.
 *
 * <p>Whoever sends for so long that the kernel's watchdog would bark (a lock is held, so nobody else runs) is counted as a
 * soft lockup, and the rest of the time is not simulated.
 */
final class IommuCommands {
    /** 2 * watchdog_thresh of 10 s ({@code kernel/watchdog.c}), in ns. */
    static final long SOFT_LOCKUP = 20_000_000_000L;
    /** ATC_INV, and ATS as such, knows pages of 4 KiB only. */
    private static final int ATS_PAGE_SHIFT = 12;

    private final FlushStyle style;
    private final Granularity tlb;
    private final IommuCosts costs;
    private final DriverBug bug;
    private final int pageShift;
    private final SimulatedClock clock;
    private final Extent extent = new Extent();
    private long invalidations;
    private long byAddress;
    private long byAddressSpace;
    private long deviceByAddress;
    private long deviceAll;
    private long syncs;
    private long softLockups;

    IommuCommands(FlushStyle style, SvaChoices choices, int pageShift, SimulatedClock clock) {
        this.style = style;
        Granularity ranges = choices.iommu().ranges();
        this.tlb = choices.rangeCommands() && ranges != null ? ranges : style.tlb();
        this.costs = choices.iommu().costs();
        this.bug = choices.bug();
        this.pageShift = pageShift;
        this.clock = clock;
    }

    /** An invalidation of {@code [start, end)} was asked for; end is -1 for everything. */
    void begin() {
        invalidations++;
    }

    /** Commands to the IOMMU's TLB; returns what they cover, valid until the next call. */
    Extent toTlb(long start, long end) {
        if (bug == DriverBug.WHOLE_MM_OVERFLOWS && end == -1) {
            return nothing();
        }
        boolean tooMany = bug == DriverBug.PGSIZE && tlb == Granularity.RANGES && end != -1;
        tlb.cover(start, tooMany ? start + ((end - start) << pageShift) : end, pageShift, extent);
        if (extent.isAll()) {
            byAddressSpace++;
            byAddress += extent.commands() - 1;
        } else {
            byAddress += extent.commands();
        }
        sent(extent.commands(), costs.command());
        return extent;
    }

    /** Commands to the device's TLB. */
    Extent toDeviceTlb(long start, long end) {
        if (bug == DriverBug.ATS_COUNT || (bug == DriverBug.WHOLE_MM_OVERFLOWS && end == -1)) {
            return nothing();
        }
        style.deviceTlb().cover(start, end, ATS_PAGE_SHIFT, extent);
        if (extent.isAll()) {
            deviceAll++;
        } else {
            deviceByAddress += extent.commands();
        }
        sent(extent.commands(), costs.deviceCommand());
        return extent;
    }

    private Extent nothing() {
        extent.range(0, 0, 0);
        return extent;
    }

    /** The device leaves the address space: one command to each TLB for all of it. */
    void all(boolean deviceTlb) {
        byAddressSpace++;
        sent(1, costs.command());
        if (deviceTlb) {
            deviceAll++;
            sent(1, costs.deviceCommand());
        }
        end();
    }

    /** The last commands have been sent. */
    void end() {
        if (style.waits() == FlushStyle.Wait.ONCE) {
            await(1);
        }
    }

    private void sent(long commands, long cost) {
        spend(commands, cost);
        switch (style.waits()) {
            case EACH_COMMAND -> await(commands);
            case EACH_CACHE -> await(commands == 0 ? 0 : 1);
            case ONCE -> {
                // at the end
            }
        }
    }

    private void await(long times) {
        syncs += times;
        spend(times, costs.sync());
    }

    private void spend(long times, long cost) {
        long most = SOFT_LOCKUP / cost;
        if (times > most) {
            softLockups++;
        }
        clock.advance(Math.min(times, most) * cost);
    }

    /** Adds the counts, by name. */
    void count(Map<String, Long> counters) {
        counters.put("invalidations", invalidations);
        counters.put("tlbiByAddress", byAddress);
        counters.put("tlbiByAsid", byAddressSpace);
        counters.put("atcByAddress", deviceByAddress);
        counters.put("atcAll", deviceAll);
        counters.put("syncs", syncs);
        counters.put("softLockups", softLockups);
    }

    /** The counts alone. */
    Map<String, Long> counts() {
        Map<String, Long> counters = new LinkedHashMap<>();
        count(counters);
        return counters;
    }
}
