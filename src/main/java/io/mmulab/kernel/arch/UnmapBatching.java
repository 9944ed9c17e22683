package io.mmulab.kernel.arch;

import java.util.List;

import io.mmulab.kernel.design.Releases;

/**
 * Whether reclaim and migration put the flush of unmapped pages off until a batch of them is unmapped
 * ({@code arch_tlbbatch_*}).
 *
 * @param defers the releases that do
 * @param withOtherCpusOnly whether only if another CPU may have the entry ({@code arch_tlbbatch_should_defer}; x86-64)
 * @param issuedAtAdd whether the flush is begun for each page, and only waited for at the end (arm64)
 * @param sources where these rules are from
 */
public record UnmapBatching(Releases defers, boolean withOtherCpusOnly, boolean issuedAtAdd, List<String> sources) {
    /** The list is copied. */
    public UnmapBatching {
        sources = List.copyOf(sources);
    }
}
