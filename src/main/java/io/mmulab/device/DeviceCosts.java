package io.mmulab.device;

import java.util.stream.LongStream;

/**
 * Simulated nanoseconds of what a device does. Costs never influence behaviour.
 *
 * @param hit an access through a cached translation
 * @param walk a walk of the page table that fills an entry
 * @param fault a fault's way to the kernel and back, without the handler's own work
 * @param command one invalidation command, or dropping one entry
 * @param sync waiting until the commands have taken effect
 * @param source where the figures are from
 */
public record DeviceCosts(long hit, long walk, long fault, long command, long sync, String source) {

    /** A VM exit and entry around the page-fault path; zapping an SPTE; kicking the vCPUs to flush. */
    static final DeviceCosts KVM = new DeviceCosts(1, 60, 1_500, 50, 2_000, "assumption: orders of magnitude only");

    /** A fault that a GPU reports through its driver; updating a page table over the bus; waiting for its TLB. */
    static final DeviceCosts GPU = new DeviceCosts(10, 500, 30_000, 100, 5_000, "assumption: orders of magnitude only");

    /** A page fault of a network adapter; updating its translation table; waiting for it. */
    static final DeviceCosts NIC =
            new DeviceCosts(20, 1_000, 50_000, 200, 10_000, "assumption: orders of magnitude only");

    /** A grant map or unmap is a hypercall. */
    static final DeviceCosts XEN = new DeviceCosts(5, 500, 2_000, 300, 1_000, "assumption: orders of magnitude only");

    /** Pinning a page and mapping it in an IOMMU; it is never told to drop one. */
    static final DeviceCosts PINNED = new DeviceCosts(5, 300, 1_000, 0, 0, "assumption: orders of magnitude only");

    private static final long MOST = 1_000_000_000;

    /** Whether no figure is negative or beyond a second, and all have a source. */
    boolean areSane() {
        boolean small = LongStream.of(hit, walk, fault, command, sync).allMatch(cost -> cost >= 0 && cost <= MOST);
        return small && !source.isBlank();
    }
}
