package io.mmulab.kernel.proc;

import java.util.StringJoiner;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.vma.VmFlags;

/** The two letters of each VM flag, in the order of the bits ({@code show_smap_vma_flags}). */
public final class VmFlagNames {
    /** By bit; an empty name is not shown. */
    private static final String[] LETTERS = {"rd", "wr", "ex", "sh", "mr", "mw", "me", "ms", "gd", "um", "pf", "gu",
        "uw", "lo", "io", "sr", "rr", "dc", "de", "lf", "ac", "nr", "ht", "sf", "ar", "wf", "dd", "sd", "mm", "hg",
        "nh", "mg"};

    private final long shown;
    private final long unknown;

    /** For one machine. */
    public VmFlagNames(Architecture architecture, KernelVersion version) {
        shown = architecture.softDirty() ? -1 : ~VmFlags.SOFTDIRTY;
        unknown = version.has(VersionRule.LOCKONFAULT_HAS_NAME) ? 0 : VmFlags.LOCKONFAULT;
    }

    /** The names of the flags that are set, separated by blanks. */
    public String of(long flags) {
        StringJoiner names = new StringJoiner(" ");
        for (int bit = 0; bit < LETTERS.length; bit++) {
            if ((flags & shown & (1L << bit)) != 0) {
                names.add((unknown & (1L << bit)) != 0 ? "??" : LETTERS[bit]);
            }
        }
        return names.toString();
    }
}
