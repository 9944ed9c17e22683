package io.mmulab.kernel.arch;

import java.util.List;

import io.mmulab.kernel.design.Releases;

/**
 * What happens when an entry becomes more permissive: {@code ptep_set_access_flags()} and its huge forms.
 *
 * @param flush what is flushed
 * @param writtenOnReadFault whether the entry is written on a read fault too (x86-64 writes only if the dirty argument is set)
 * @param flushesThisCpuOnly the releases in which that flush is of this CPU only (arm64 since 6.19)
 * @param flushesWholeHugeEntry the releases in which the flush of a huge entry covers all of it; before: its first base page,
 *        which drops the entry in hardware but not what a listener holds of the rest (arm64)
 * @param spuriousFault what a write fault flushes that finds its entry as it should be
 * @param spuriousFaultFlushes the releases that do so
 * @param nestMmuNeedsBreak whether a coprocessor's MMU can't relax a right that it has cached: with a coprocessor attached the
 *        entry is made invalid, flushed and set again (POWER9)
 * @param sources where these rules are from
 */
public record Upgrades(UpgradeFlush flush, boolean writtenOnReadFault, Releases flushesThisCpuOnly,
        Releases flushesWholeHugeEntry, SpuriousFaultFlush spuriousFault, Releases spuriousFaultFlushes,
        boolean nestMmuNeedsBreak, List<String> sources) {
    /** The list is copied. */
    public Upgrades {
        sources = List.copyOf(sources);
    }
}
