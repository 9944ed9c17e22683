package io.mmulab.device;

/** What a cache of translations does with an access that hits an entry which does not permit it. */
enum PermissionMiss {
    /** Faults without a new walk, and keeps the entry: only an invalidation gets rid of it. */
    FAULTS("an entry that does not permit the access faults without a new walk, and stays"),
    /** Faults without a new walk; the answer to the fault drops the entry, if there is one. */
    DROPPED_BY_ANSWER("an entry that does not permit the access faults without a new walk, and goes when the IOMMU "
            + "passes the answer on; a fault that bypasses the IOMMU leaves it"),
    /** Looks again at what is behind: a permission that was granted since is found without a fault. */
    LOOKS_AGAIN("an entry that does not permit the access is looked up again in the page table before anything faults");

    private final String rule;

    PermissionMiss(String rule) {
        this.rule = rule;
    }

    /** Whether an entry goes on refusing what the page table permits by now, however often the access is tried again. */
    boolean keepsRefusing(FaultReport report) {
        return this == FAULTS || (this == DROPPED_BY_ANSWER && !report.isAnsweredByIommuDriver());
    }

    /** In words. */
    String rule() {
        return rule;
    }
}
