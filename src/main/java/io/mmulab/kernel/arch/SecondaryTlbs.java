package io.mmulab.kernel.arch;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.design.Releases;

/**
 * Which of the architecture's flush functions call the secondary-TLB hook, under a design that calls it there. A component
 * that is null: that function does not call it.
 *
 * @param page {@code flush_tlb_page()}
 * @param range {@code flush_tlb_range()} and what an mmu_gather flushes
 * @param mm {@code flush_tlb_mm()}
 * @param batchAdd {@code arch_tlbbatch_add_pending()}
 * @param fullFlushTellsAll the releases in which a range that became a full flush tells the hook everything; in others it
 *        tells the range
 * @param sources where these rules are from
 */
public record SecondaryTlbs(@Nullable Call page, @Nullable Call range, @Nullable Call mm, @Nullable Call batchAdd,
        Releases fullFlushTellsAll, List<String> sources) {
    /** No function calls it. */
    static final SecondaryTlbs NONE = new SecondaryTlbs(null, null, null, null, Releases.NEVER,
            List.of("no call of mmu_notifier_arch_invalidate_secondary_tlbs() in arch/ (6.12, 7.3)"));

    /** The list is copied. */
    public SecondaryTlbs {
        sources = List.copyOf(sources);
    }

    /** What the hook is told. */
    public enum Told {
        /** The page. */
        PAGE,
        /** The range that was asked for. */
        RANGE,
        /** The range, rounded to whole entries of the size that is flushed (arm64). */
        ENTRIES,
        /** The whole address space. */
        ALL
    }

    /** When the hook is called. */
    public enum Position {
        /** After the CPU flush has taken effect everywhere. */
        AFTER_FLUSH,
        /** After the CPU flush was asked for, before the wait for it (arm64: between TLBI and DSB). */
        BEFORE_WAIT,
        /** When the page is put into the batch: its entry is cleared, the CPU flush is yet to come. */
        AT_ADD
    }

    /**
     * One function's call.
     *
     * @param function that makes it
     * @param told what the hook is told
     * @param position when
     * @param releases in which the function makes it, if the design does
     */
    public record Call(String function, Told told, Position position, Releases releases) {}
}
