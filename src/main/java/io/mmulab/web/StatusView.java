package io.mmulab.web;

import java.util.Locale;

import io.mmulab.kernel.mm.AddressSpace;

/**
 * Sizes of an address space in bytes, with the names of /proc/PID/status.
 *
 * @param vmSize all mappings
 * @param vmLck locked mappings
 * @param vmRss resident pages
 * @param rssAnon of these, anonymous ones
 * @param rssFile of these, pages of files
 * @param rssShmem of these, shared memory
 * @param vmData private writable mappings
 * @param vmStk stacks
 * @param vmPte page tables
 * @param vmSwap pages that are swapped out
 * @param hugetlbPages pages of hugetlb mappings
 * @param minorFaults faults that needed no I/O
 * @param majorFaults faults that needed I/O
 */
record StatusView(long vmSize, long vmLck, long vmRss, long rssAnon, long rssFile, long rssShmem, long vmData,
        long vmStk, long vmPte, long vmSwap, long hugetlbPages, long minorFaults, long majorFaults) {
    private static final int KIB_SHIFT = 10;

    static StatusView of(AddressSpace mm) {
        long page = mm.pageSize();
        return new StatusView(mm.totalPages() * page, mm.lockedPages() * page,
                (mm.anonPages() + mm.filePages() + mm.shmemPages()) * page, mm.anonPages() * page,
                mm.filePages() * page, mm.shmemPages() * page, mm.dataPages() * page, mm.stackPages() * page,
                (mm.pageTable().liveTables() - 1L) * page, mm.swapEntries() * page, mm.hugetlbPages() * page,
                mm.minorFaults(), mm.majorFaults());
    }

    /** The lines of {@code task_mem}, with its widths. */
    String text() {
        var text = new StringBuilder();
        line(text, "VmSize", vmSize);
        line(text, "VmLck", vmLck);
        line(text, "VmRSS", vmRss);
        line(text, "RssAnon", rssAnon);
        line(text, "RssFile", rssFile);
        line(text, "RssShmem", rssShmem);
        line(text, "VmData", vmData);
        line(text, "VmStk", vmStk);
        line(text, "VmPTE", vmPte);
        line(text, "VmSwap", vmSwap);
        line(text, "HugetlbPages", hugetlbPages);
        return text.toString();
    }

    private static void line(StringBuilder text, String name, long bytes) {
        text.append(String.format(Locale.ROOT, "%s:\t%8d kB\n", name, bytes >> KIB_SHIFT));
    }
}
