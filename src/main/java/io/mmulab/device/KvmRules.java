package io.mmulab.device;

import java.util.List;

import io.mmulab.kernel.arch.Architecture;

/**
 * What KVM does differently from one architecture to another.
 *
 * @param architectures to which the rules apply
 * @param changePteMapsAbsent whether change_pte maps the new page even if the second stage has no entry there; otherwise
 *        it only replaces an entry, and start has zapped it
 * @param source the function that has the rule
 */
record KvmRules(List<Architecture> architectures, boolean changePteMapsAbsent, String source) {

    /** stage-2 of arm64. */
    static final KvmRules ARM64 = new KvmRules(List.of(Architecture.ARM64, Architecture.ARM64_HAFDBS), true,
            "6.1 arch/arm64/kvm/mmu.c kvm_set_spte_gfn: kvm_pgtable_stage2_map, read-only; recordings of 6.1 on arm64");

    /** The TDP MMU of x86-64. */
    static final KvmRules X86 = new KvmRules(List.of(Architecture.X86_64), false,
            "6.1 arch/x86/kvm/mmu/tdp_mmu.c set_spte_gfn: only if the SPTE is present");

    /** All, in the order in which they are tried. */
    static final List<KvmRules> PRESETS = List.of(ARM64, X86);

    /** The rules of an architecture; those of x86 for one that has none of its own, as they do least. */
    static KvmRules of(Architecture architecture) {
        for (KvmRules rules : PRESETS) {
            if (rules.architectures.contains(architecture)) {
                return rules;
            }
        }
        return X86;
    }
}
