package io.mmulab.device;

import java.util.List;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.arch.InstructionSet;

/**
 * What KVM does differently from one architecture to another.
 *
 * @param instructionSet whose KVM has them
 * @param tdpMmu whether the second stage is that of the TDP MMU (x86-64), which keeps empty tables and notes addresses
 *        without memory; otherwise that of {@code pgtable.c} (arm64)
 * @param faultsWithoutWaitingFirst whether a fault is first tried without waiting for I/O
 * @param guestAddressBits bits of a guest physical address
 * @param beyondGuestAddresses errno of a slot that needs more
 * @param source the functions that have the rules
 */
record KvmRules(InstructionSet instructionSet, boolean tdpMmu, boolean faultsWithoutWaitingFirst,
        int guestAddressBits, int beyondGuestAddresses, String source) {
    private static final int EFAULT = 14;
    private static final int EINVAL = 22;

    /** Stage 2 of arm64. */
    static final KvmRules ARM64 = new KvmRules(InstructionSet.A64, false, false, 40,
            EFAULT, "arch/arm64/kvm/mmu.c user_mem_abort(), kvm_arch_prepare_memory_region(); recordings on arm64");

    /** The TDP MMU of x86-64, with nested page tables of AMD. */
    static final KvmRules X86 = new KvmRules(InstructionSet.X86, true, true, 40, EINVAL,
            "arch/x86/kvm/mmu/mmu.c __kvm_mmu_faultin_pfn(), x86.c kvm_arch_prepare_memory_region(); recordings on x86-64");

    /** All, in the order in which they are tried. */
    static final List<KvmRules> PRESETS = List.of(ARM64, X86);

    /** The rules of an architecture; those of x86 for one that has none of its own. */
    static KvmRules of(Architecture architecture) {
        for (KvmRules rules : PRESETS) {
            if (rules.instructionSet == architecture.instructionSet()) {
                return rules;
            }
        }
        return X86;
    }
}
