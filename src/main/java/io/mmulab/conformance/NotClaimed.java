package io.mmulab.conformance;

import java.util.List;

/**
 * What a recording holds and the comparison leaves out, each with its reason. The documentation, the answer of the API and
 * the comparison all read this list.
 */
public final class NotClaimed {

    /**
     * One thing that is not compared.
     *
     * @param what the field or event of the recording
     * @param reason why
     */
    public record Entry(String what, String reason) {}

    private static final List<Entry> LIST = List.of(
            new Entry("pages.lru, vmas.kb.Referenced",
                    "Depend on LRU batching and differ from run to run of one kernel (README of the recordings)."),
            new Entry("pages.kpf",
                    "Flags of struct page beside those compared as AE and file; ksm is set on every anonymous page of 6.12."),
            new Entry("pages.bits, raw addresses",
                    "Arrangement of the hardware's entry; its meaning is compared as pte, addresses by their place."),
            new Entry("pages.pg",
                    "Frame numbers: compared as equality within and across processes, not by number. Whether a "
                            + "freed frame comes back differs between runs."),
            new Entry("hmf.flags ALLOW_RETRY, RETRY_NOWAIT, KILLABLE, TRIED, INTERRUPTIBLE, ORIG_PTE_VALID, VMA_LOCK",
                    "How the caller waits and which lock it holds, not what is accessed; WRITE, USER, REMOTE, INSTRUCTION and "
                            + "UNSHARE are compared."),
            new Entry("hmf.vma", "The VMA of the fault: the same as in the state."),
            new Entry("by", "Which task ran a kernel function; the address space is compared instead."),
            new Entry("tlbi.site, tlb_call.site, tlb_call.bits, flush_tlb_mm_range.stride_shift and freed_tables, "
                    + "tlb_flush.reason", "Inlining decides the site; the rest is no part of what is flushed."),
            new Entry("events of other functions (do_wp_page, tlb_flush_mmu, __split_vma, page_fault_user, ...)",
                    "Internal functions, some inlined in some of the kernels: what they do shows in the events and the state."),
            new Entry("tlbi of fork on arm64-6.1",
                    "flush_tlb_mm() is inlined in dup_mmap() and the probe was refused: the recording cannot show it."),
            new Entry("kvm_tdp_mmu_spte_changed of an exit that KVM's worker finishes",
                    "x86-64: whether the process or the worker of its VM ends the address space is chance; the tracepoint "
                            + "names no address space, so that the recording drops what the worker does."),
            new Entry("mn_start_ret", "Always 0 for blockable calls."),
            new Entry("mn_destroy", "When the last reference to the mm_struct goes, which a worker of KVM may hold."),
            new Entry("hmf_ret of an operation in which the userfaultfd thread took part",
                    "A return has no address: those of the thread's own faults, which are dropped, stand in their places."),
            new Entry("uffd text", "Timing of the handler thread; the number of faults served is compared."),
            new Entry("note, except status of move_pages and exit of a guest",
                    "What the driver says beside the result: features of userfaultfd, scans of KSM, a stale exit reason."),
            new Entry("outside", "Count of events of the driver's own addresses."),
            new Entry("the address of a mapping without one (anywhere)",
                    "Depends on what else the driver has mapped; the mapping is placed where the recording has it."));

    private NotClaimed() {}

    /** The list. */
    public static List<Entry> list() {
        return LIST;
    }

    /** Whether a counter of smaps is compared. */
    static boolean isCompared(String counter) {
        return !counter.equals("Referenced");
    }

    /** Whether a note is compared. */
    static boolean isCompared(String note, String op) {
        return (op.startsWith("move_pages") && note.startsWith("status=")) || note.startsWith("kvm-exit=");
    }
}
