package io.mmulab.kernel.arch;

import java.util.List;

import io.mmulab.kernel.design.Releases;

/**
 * What a CPU makes of an entry, and which bits an entry has.
 *
 * @param cleanIsReadOnly whether a writable but clean entry refuses writes until it is dirty (arm64: PTE_WRITE with
 *        PTE_RDONLY)
 * @param hardwareAccess whether the accessed bit is set without a fault of the memory manager: by the CPU, or by an exception
 *        handler that never gets to {@code handle_mm_fault()}
 * @param hardwareDirty the same of a writable clean entry that becomes dirty
 * @param prefaultsOld whether fault-around leaves the neighbours' entries old ({@code arch_wants_old_prefaulted_pte}: arm64
 *        with hardware access flag)
 * @param softDirty whether entries have a soft-dirty bit ({@code CONFIG_MEM_SOFT_DIRTY})
 * @param hugetlbSavedDirty the releases in which {@code huge_pte_mkwrite()} leaves the dirty bit in the software bit to which
 *        {@code pte_mkdirty()} has put it (x86-64, {@code pte_mksaveddirty})
 * @param uffdWp the releases in which userfaultfd can write-protect
 * @param executeOnlyByKey whether memory that may be executed only is so by a protection key (x86-64 with PKU): then nothing
 *        in the process may read it; elsewhere execution implies reading
 * @param fetchFaultNeedsExec whether an instruction fetch that faults needs VM_EXEC at once (arm64); elsewhere any right
 *        will do while no page is there, and the fetch is refused when one is (x86-64 {@code access_error()})
 * @param sources where these rules are from
 */
public record Entries(boolean cleanIsReadOnly, boolean hardwareAccess, boolean hardwareDirty, boolean prefaultsOld,
        boolean softDirty, Releases hugetlbSavedDirty, Releases uffdWp, boolean executeOnlyByKey,
        boolean fetchFaultNeedsExec, List<String> sources) {
    /** The list is copied. */
    public Entries {
        sources = List.copyOf(sources);
    }
}
