package io.mmulab.conformance;

/** What a difference is judged by. */
enum Rule {
    OPERATION("The machine can do each operation.", "operation"),
    RESULT("An operation returns what the kernel returned, and its process lives on or not.",
            "ret, errno, signal, val, uffd, note, process"),
    POOL("The hugetlb pool has the kernel's counts.", "hugepages.total, .free, .rsvd, .surp"),
    EVENTS("The same calls in the same order, ranges and addresses to the byte.",
            "hmf, hmf_ret, mn_*, ptep_/pmdp_/huge_ptep_set_access_flags with result, flush_tlb_mm_range, tlb_flush, tlbi, "
                    + "tlb_call, kvm_*"),
    VMAS("The same VMAs.", "vma.range, .perm, .off, .file, .flags, .thpe, .kb.* (smaps counters except Referenced)"),
    PAGES("Each page has the kernel's entry and counts.",
            "page.level, .pte, .map, .excl, .AE, .file, .swap, .sd, .uwp, .guard"),
    FRAMES("Two pages hold the same frame exactly if they do so in the recording, across all processes.", "page.frame");

    private final String text;
    private final String fields;

    Rule(String text, String fields) {
        this.text = text;
        this.fields = fields;
    }

    String text() {
        return text;
    }

    String fields() {
        return fields;
    }
}
