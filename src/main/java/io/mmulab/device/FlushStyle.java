package io.mmulab.device;

/**
 * What a release's driver sends when the secondary-TLB hook is called: first to the IOMMU's TLB, then to the device's.
 *
 * @param tlb commands for the IOMMU's own TLB
 * @param deviceTlb commands for the TLB of a device that has one
 * @param waits how often it waits until they have taken effect
 */
record FlushStyle(Granularity tlb, Granularity deviceTlb, Wait waits) {

    /** When the driver waits. */
    enum Wait {
        /** For each command. */
        EACH_COMMAND("waits for each command"),
        /** Once for the TLB and once for the device's. */
        EACH_CACHE("waits for the commands to its TLB before it sends those for the device's, and for these again"),
        /** Once for all. */
        ONCE("waits once, for all commands");

        private final String rule;

        Wait(String rule) {
            this.rule = rule;
        }

        /** In words. */
        String rule() {
            return rule;
        }
    }
}
