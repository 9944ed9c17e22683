package io.mmulab.device;

/**
 * One device behind an IOMMU: the choices of its model that a user has made.
 *
 * @param iommu the row of the table
 * @param broadcast whether it obeys the CPUs' broadcast TLB maintenance, if there is any
 * @param deviceTlb whether the device has a TLB of its own (ATS)
 * @param report how it reports faults
 * @param retryBudget handled faults of one access before it gives up
 * @param rangeCommands whether the IOMMU has range commands, where its kind may have them
 * @param bits whether the hardware can set accessed and dirty bits
 * @param blocks whether its TLBs hold huge pages as one entry; otherwise as base pages
 * @param invalidatesBeforeAnswer whether the driver drops the page from the TLBs before it answers a fault
 * @param bug what is wrong with the driver
 */
record SvaChoices(Iommu iommu, boolean broadcast, boolean deviceTlb, FaultReport report, int retryBudget,
        boolean rangeCommands, boolean bits, boolean blocks, boolean invalidatesBeforeAnswer, DriverBug bug) {}
