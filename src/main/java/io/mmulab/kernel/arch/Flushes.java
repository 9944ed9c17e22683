package io.mmulab.kernel.arch;

import java.util.List;

import io.mmulab.kernel.design.Releases;

/**
 * How the CPUs' TLBs are flushed.
 *
 * @param scheme how other CPUs are told
 * @param time whether the flush functions do it, or the write of an entry
 * @param permissionFaultEvicts whether a permission fault makes the CPU look at the page table again, so that an old entry
 *        costs one spurious fault at most
 * @param fullFlushPages a range of more pages than this becomes a flush of the whole address space (x86-64:
 *        tlb_single_page_flush_ceiling 33; arm64 without range instructions: MAX_DVM_OPS, 511 entries)
 * @param rangeInstruction whether one instruction flushes a range, so that the limit counts base pages and not entries
 *        (arm64: FEAT_TLBIRANGE, MAX_TLBI_RANGE_PAGES 2^21)
 * @param byEntry whether a range of huge entries is flushed entry by entry, and rounded to whole entries (arm64, riscv:
 *        stride); elsewhere page by page
 * @param changedEntriesOnly the releases in which mprotect skips the flush of an entry that did not change
 *        ({@code pte_needs_flush})
 * @param acrossVmas whether an mmu_gather flushes once at its end ({@code MMU_GATHER_MERGE_VMAS}) or at the end of each VMA,
 *        before range_end (arm64; recordings of 6.1, 6.12 and 7.3 show it)
 * @param fullmm what an mmu_gather of a whole address space flushes
 * @param freedTablesFlushAll whether an mmu_gather that freed page tables flushes the whole address space (riscv)
 * @param invalidatedAtOnce whether {@code pmdp_invalidate_ad()} flushes; on x86-64 it leaves that to the caller's mmu_gather
 * @param agedEntries whether {@code ptep_clear_flush_young()} flushes an entry that was young
 * @param asids the tags of TLB entries
 * @param sources where these rules are from
 */
public record Flushes(FlushScheme scheme, FlushTime time, boolean permissionFaultEvicts, int fullFlushPages,
        boolean rangeInstruction, boolean byEntry, Releases changedEntriesOnly, boolean acrossVmas, FullmmFlush fullmm,
        boolean freedTablesFlushAll, boolean invalidatedAtOnce,
        boolean agedEntries, Asids asids, List<String> sources) {
    /** The list is copied. */
    public Flushes {
        sources = List.copyOf(sources);
    }
}
