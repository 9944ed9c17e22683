package io.mmulab.device;

/** A bug that the driver of an IOMMU had, to be seen at work. */
enum DriverBug {
    /** No bug. */
    NONE("none", "the driver as it should be", "-"),
    /** SMMUv3: the count of masters with ATS is wrong. */
    ATS_COUNT("ats-count", "the driver believes that no device has ATS and sends nothing to the device's TLB",
            "685ca577b408 (6.17-rc3): nr_ats_masters"),
    /** SMMUv3: SVA domains without a page size. */
    PGSIZE("pgsize",
            "with range commands: the page size of an SVA domain is 0, and shifts by it are taken modulo 64. A "
                    + "range of n bytes is taken for n pages (own derivation from what arm64's shifts do)",
            "12f78021973a iommu/arm-smmu-v3: Fix pgsize_bit for sva domains (6.15), fixes eb6c97647be2"),
    /** VT-d: the whole address space overflows to no page. */
    WHOLE_MM_OVERFLOWS("whole-mm-overflows",
            "the number of pages of the whole address space, rounded up, is 0: nothing is "
                    + "invalidated",
            "e7ad6c2a4b1a iommu/vt-d: Fix incorrect cache invalidation for mm notification (6.7; in 6.6 "
                    + "until 6.6.4)");

    private final String id;
    private final String rule;
    private final String source;

    DriverBug(String id, String rule, String source) {
        this.id = id;
        this.rule = rule;
        this.source = source;
    }

    /** As users write it. */
    String id() {
        return id;
    }

    /** What goes wrong. */
    String rule() {
        return rule;
    }

    /** The commit that mended it. */
    String source() {
        return source;
    }
}
