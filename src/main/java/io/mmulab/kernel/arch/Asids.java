package io.mmulab.kernel.arch;

import java.util.List;

/**
 * The tags of TLB entries.
 *
 * @param scheme who gives them out
 * @param count how many address spaces can have one at a time; without meaning where there are always enough
 * @param sources where the rules are from
 */
public record Asids(AsidScheme scheme, int count, List<String> sources) {
    /** The list is copied. */
    public Asids {
        sources = List.copyOf(sources);
    }
}
