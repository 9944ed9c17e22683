package io.mmulab.conformance;

/** What a difference is judged by. */
enum Rule {
    OPERATION("The machine must be able to do each operation."),
    RESULT("An operation returns what the kernel returned: number or address, errno, signal with code and address, byte."),
    POOL("The hugetlb pool has the kernel's counts."),
    EVENTS("The same calls in the same order; ranges and addresses to the byte."),
    VMAS("The same VMAs: range, permissions, offset, file, VmFlags, smaps counters except Referenced."),
    PAGES("Each page has the kernel's entry: present or not, level, flags, map count, exclusive, soft-dirty, uffd-wp, swap."),
    FRAMES("Two pages hold the same frame exactly if they do so in the recording, across all processes.");

    private final String text;

    Rule(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
