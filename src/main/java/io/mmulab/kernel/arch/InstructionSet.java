package io.mmulab.kernel.arch;

/** Whose instructions a CPU executes: what a script's code is made of, and which of KVM's second stages goes with it. */
public enum InstructionSet {
    /** x86-64. KVM: the TDP MMU. */
    X86,
    /** A64. KVM: {@code arch/arm64/kvm/hyp/pgtable.c}. */
    A64,
    /** Any other: scripts execute no code there, and no KVM of its own is modelled. */
    OTHER
}
