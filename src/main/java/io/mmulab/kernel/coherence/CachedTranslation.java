package io.mmulab.kernel.coherence;

/**
 * A translation that a CPU or a device caches, held against the page table.
 *
 * @param cpu number of the CPU, or -1 if a device caches it
 * @param device name of the device; empty if a CPU caches it
 * @param mm id of the address space
 * @param address of the page
 * @param frame that it leads to
 * @param writable whether it lets writes through
 * @param pte the page-table entry of the address now
 * @param verdict how it stands to that
 */
public record CachedTranslation(int cpu, String device, int mm, long address, int frame, boolean writable, long pte,
        Verdict verdict) {}
