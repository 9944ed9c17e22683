package io.mmulab.device;

import java.util.Locale;

/** What becomes of an access that a shared page table does not permit: how the kernel hears of it and how it answers. */
enum FaultReport {
    /** The IOMMU holds the access and raises an event; the kernel has it retried or aborted (Arm: CMD_RESUME). */
    STALL(true, true, "stall: the IOMMU holds the access until the kernel has it retried or aborted; the answer itself "
            + "invalidates nothing"),
    /** The device asks for the page over PCIe (Page Request Interface) and tries again when it is answered. */
    PRI(true, true, "pri: the device requests the page over PCIe and tries again when its page request is answered"),
    /** OpenCAPI: the link raises a translation fault; the kernel answers RESTART or ADDRESS_ERROR. */
    XSL(true, true, "xsl: the link raises a translation fault, which the kernel answers with RESTART or ADDRESS_ERROR"),
    /** The IOMMU terminates the access; the device tells its own driver, which faults the page in and replays. */
    DEVICE(true, false, "device: the IOMMU terminates the access; the device has fault handling of its own, its driver "
            + "faults the page in, and the access is replayed. The IOMMU's driver is not asked"),
    /** The IOMMU terminates the access, and that is that. */
    NONE(false, false, "none: the IOMMU terminates the access; nobody faults the page in");

    private final boolean handled;
    private final boolean answeredByIommuDriver;
    private final String rule;

    FaultReport(boolean handled, boolean answeredByIommuDriver, String rule) {
        this.handled = handled;
        this.answeredByIommuDriver = answeredByIommuDriver;
        this.rule = rule;
    }

    /** Whether somebody faults the page in and has the access tried again. */
    boolean isHandled() {
        return handled;
    }

    /** Whether the answer passes through the IOMMU and its driver, who could invalidate before they give it. */
    boolean isAnsweredByIommuDriver() {
        return answeredByIommuDriver;
    }

    /** As users write it. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** In words. */
    String rule() {
        return rule;
    }
}
