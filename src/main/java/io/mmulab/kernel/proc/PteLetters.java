package io.mmulab.kernel.proc;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.paging.Pte;

/**
 * A present entry as letters: r present or N PROT_NONE, then w writable, A accessed, D dirty, S soft-dirty, U uffd-wp,
 * c contiguous. S and U are shown on x86-64 only: the recordings of arm64 have no letter for uffd-wp.
 */
public final class PteLetters {
    private final long shown;

    /** For one machine. */
    public PteLetters(Architecture architecture) {
        shown = architecture.softDirty() ? -1 : ~(Pte.SOFT_DIRTY | Pte.UFFD_WP);
    }

    /** The letters of an entry. */
    public String of(long entry) {
        long pte = entry & shown;
        StringBuilder letters = new StringBuilder(8);
        letters.append(Pte.valid(pte) ? 'r' : (pte & Pte.PROTNONE) != 0 ? 'N' : '?');
        append(letters, pte, Pte.WRITE, 'w');
        append(letters, pte, Pte.ACCESSED, 'A');
        append(letters, pte, Pte.DIRTY | Pte.SAVED_DIRTY, 'D');
        append(letters, pte, Pte.SOFT_DIRTY, 'S');
        append(letters, pte, Pte.UFFD_WP, 'U');
        append(letters, pte, Pte.CONT, 'c');
        return letters.toString();
    }

    private static void append(StringBuilder letters, long pte, long bit, char letter) {
        if ((pte & bit) != 0) {
            letters.append(letter);
        }
    }
}
