package io.mmulab.device;

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
record DeviceCosts(long hit, long walk, long fault, long command, long sync, String source) {

    /** A VM exit and entry around the page-fault path; zapping an SPTE; kicking the vCPUs to flush. */
    static final DeviceCosts KVM = new DeviceCosts(1, 60, 1_500, 50, 2_000, "assumption: orders of magnitude only");
}
