package io.mmulab.kernel.vma;

/** {@code struct anon_vma}: what the private pages of a VMA hang on. Identity is all that merging asks of it. */
public final class AnonVma {
    private final int id;

    /** A new one; ids count up within a machine. */
    public AnonVma(int id) {
        this.id = id;
    }

    /** Number within the machine. */
    public int id() {
        return id;
    }
}
