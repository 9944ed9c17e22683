package io.mmulab.invariant;

import org.jspecify.annotations.Nullable;

/** What a process should find at one page of its memory. */
final class ShadowPage {
    static final int NOTHING = -1;

    /** What is mapped; null for anonymous memory. */
    final @Nullable ShadowFile file;
    final long index;
    final boolean shared;
    /** The process's own copy, or {@link #NOTHING}. */
    int own = NOTHING;
    /** The own copy may have been thrown away. */
    boolean maybeReset;
    /** Anything may be there, and it may be out of reach. */
    boolean unknown;
    boolean unknownRights;
    boolean dontCopy;
    boolean wipe;
    boolean unknownFork;
    boolean guard;
    String prot;

    ShadowPage(@Nullable ShadowFile file, long index, boolean shared, String prot) {
        this.file = file;
        this.index = index;
        this.shared = shared;
        this.prot = prot;
    }

    /** The same page of a child, or elsewhere. */
    ShadowPage copy() {
        ShadowPage copy = new ShadowPage(file, index, shared, prot);
        copy.own = own;
        copy.maybeReset = maybeReset;
        copy.unknown = unknown;
        copy.unknownRights = unknownRights;
        copy.dontCopy = dontCopy;
        copy.wipe = wipe;
        copy.unknownFork = unknownFork;
        copy.guard = guard;
        return copy;
    }

    boolean isBeyondEnd() {
        return file != null && index >= file.pages && own == NOTHING;
    }

    /** What lies below the own copy. */
    private int below() {
        return file == null ? 0 : file.get(index);
    }

    /** Whether a read may give this value. */
    boolean mayRead(int value) {
        if (unknown || (file != null && file.isUncertain(index))) {
            return true;
        }
        if (own == NOTHING) {
            return value == below();
        }
        return value == own || (maybeReset && value == below());
    }

    void write(int value) {
        if (shared && file != null) {
            file.put(index, value);
        } else {
            own = value;
            maybeReset = false;
            unknown = false;
        }
    }

    /** Whoever fills memory ahead of its use may have made the own copy now. */
    void mayBeCopied() {
        if (own == NOTHING && file != null && !shared && index < file.pages) {
            own = below();
            maybeReset = true;
        }
    }

    void reset() {
        own = NOTHING;
        maybeReset = false;
    }
}
