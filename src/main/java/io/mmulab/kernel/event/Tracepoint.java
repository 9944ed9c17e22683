package io.mmulab.kernel.event;

/**
 * A kernel function whose call the core reports while it is being traced, as ftrace would: what a recording of a real
 * kernel can be held against. The label is the name that recordings use.
 */
public enum Tracepoint {
    /** {@code handle_mm_fault}: start = address, value = {@code FaultFlags}. */
    HANDLE_MM_FAULT("hmf"),
    /** Its return: value = {@code VmFault} bits. */
    HANDLE_MM_FAULT_RET("hmf_ret"),
    /** {@code __mmu_notifier_register}. */
    MN_REGISTER("mn_register"),
    /** {@code __mmu_notifier_release}. */
    MN_RELEASE("mn_release"),
    /** {@code __mmu_notifier_invalidate_range_start}: range, value = flags (1 = blockable), detail = event. */
    MN_START("mn_start"),
    /** {@code __mmu_notifier_invalidate_range_end}: as start. */
    MN_END("mn_end"),
    /** {@code __mmu_notifier_invalidate_range_end} with only_end (before 6.6). */
    MN_ONLY_END("mn_only_end"),
    /** {@code __mmu_notifier_invalidate_range} or {@code __mmu_notifier_arch_invalidate_secondary_tlbs}: range. */
    MN_SECONDARY_TLBS("mn_arch_inv"),
    /** {@code __mmu_notifier_change_pte}: start = address. */
    MN_CHANGE_PTE("mn_change_pte"),
    /** {@code __mmu_notifier_clear_flush_young}: range. */
    MN_CLEAR_FLUSH_YOUNG("mn_clear_flush_young"),
    /** {@code __mmu_notifier_clear_young}: range. */
    MN_CLEAR_YOUNG("mn_clear_young"),
    /** {@code __mmu_notifier_test_young}: start = address. */
    MN_TEST_YOUNG("mn_test_young"),
    /** Return of the last of these three: range as there; value = whether a subscriber's entry was young. */
    MN_YOUNG_RET("mn_young_ret"),
    /** {@code ptep_set_access_flags}: start = address, value = entry, detail = "dirty" or "". */
    PTEP_SET_ACCESS_FLAGS("ptep_set_access_flags"),
    /** {@code pmdp_set_access_flags}: as for a PTE. */
    PMDP_SET_ACCESS_FLAGS("pmdp_set_access_flags"),
    /** {@code huge_ptep_set_access_flags}: as for a PTE. */
    HUGE_PTEP_SET_ACCESS_FLAGS("huge_ptep_set_access_flags"),
    /** Return of the last of these: value = whether it changed the entry. */
    SET_ACCESS_FLAGS_RET("set_access_flags_ret"),
    /** x86 {@code flush_tlb_mm_range}: range, value = freed_tables, detail = stride shift. */
    FLUSH_TLB_MM_RANGE("flush_tlb_mm_range"),
    /** x86 flush on this CPU: value = pages, -1 = all. */
    TLB_FLUSH("tlb_flush"),
    /** arm64 TLBI instruction: range (0..-1 = whole ASID), detail = operation, as {@code vale1is}. */
    TLBI("tlbi"),
    /** arm64 inline flush helper: range, detail = its name, as {@code flush_tlb_range}. */
    TLB_CALL("tlb_call"),
    /** KVM's handler of an invalidation, reached a slot: range of host addresses. */
    KVM_UNMAP_HVA_RANGE("kvm_unmap_hva_range"),
    /** KVM's change_pte handler: start = host address. */
    KVM_SET_SPTE_HVA("kvm_set_spte_hva"),
    /** KVM's ageing handler: range of host addresses. */
    KVM_AGE_HVA("kvm_age_hva"),
    /** KVM's young test: start = host address. */
    KVM_TEST_AGE_HVA("kvm_test_age_hva"),
    /** x86 stage-2 fault: start = guest address, detail = error code as {@code P|W|U}. */
    KVM_PAGE_FAULT("kvm_page_fault"),
    /** arm64 stage-2 fault: start = guest address, detail as {@code READ translation}. */
    KVM_GUEST_FAULT("kvm_guest_fault"),
    /** x86 stage-2 entry: start = guest address, value = same frame, detail = {@code level old new}. */
    KVM_TDP_MMU_SPTE_CHANGED("kvm_tdp_mmu_spte_changed"),
    /** arm64 stage-2 map: guest range, value = prot (R 1, W 2, X 4). */
    KVM_STAGE2_MAP("kvm_pgtable_stage2_map"),
    /** arm64 stage-2 unmap: guest range. */
    KVM_STAGE2_UNMAP("kvm_pgtable_stage2_unmap"),
    /** arm64 stage-2 permission change: start = guest address, value = prot as for map. */
    KVM_STAGE2_RELAX_PERMS("kvm_pgtable_stage2_relax_perms"),
    /** arm64 stage-2 write-protect: guest range. */
    KVM_STAGE2_WRPROTECT("kvm_pgtable_stage2_wrprotect"),
    /** arm64 stage-2 ageing: start = guest address. */
    KVM_STAGE2_MKOLD("kvm_pgtable_stage2_mkold");

    private final String label;

    Tracepoint(String label) {
        this.label = label;
    }

    /** As recordings name it. */
    public String label() {
        return label;
    }
}
