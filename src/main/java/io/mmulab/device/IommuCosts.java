package io.mmulab.device;

/**
 * Simulated nanoseconds of what an IOMMU does. Costs never influence behaviour.
 *
 * @param hit an access through a cached translation
 * @param walk a walk of the page table that fills an entry
 * @param translationRequest a request of the device's TLB to the IOMMU and back (PCIe ATS)
 * @param fault a fault's way to the kernel and back, without the handler's own work
 * @param command one command to the IOMMU's TLB
 * @param deviceCommand one command to the device's TLB, which crosses PCIe
 * @param sync waiting until commands have taken effect
 * @param source where the figures are from
 */
record IommuCosts(long hit, long walk, long translationRequest, long fault, long command, long deviceCommand, long sync,
        String source) {

    private static final String ASSUMPTION = "assumption: orders of magnitude only; no measurement was found";

    /** A command is a write to a queue in memory, a wait one read-back of the IOMMU, a request one round trip of PCIe. */
    static final IommuCosts QUEUED = new IommuCosts(5, 200, 1_000, 10_000, 20, 1_000, 500, ASSUMPTION);

    /** A command is three accesses of registers and their polling (ATSD): nothing is queued. */
    static final IommuCosts REGISTERS = new IommuCosts(5, 200, 1_000, 10_000, 500, 1_000, 500, ASSUMPTION);

    /** In words. */
    String rule() {
        return ("simulated ns: %d hit, %d walk, %d translation request of a device TLB, %d fault, %d command, %d command to "
                + "a device TLB, %d sync (%s)").formatted(hit, walk, translationRequest, fault, command, deviceCommand,
                        sync, source);
    }
}
