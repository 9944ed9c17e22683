package io.mmulab.kernel.hugetlb;

import java.util.Arrays;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/** Finds the {@link HugeFolio} and the pool of a head frame. Heads of the smallest size are 16 frames apart. */
final class HugeFolios {
    private static final int SMALLEST_ORDER = 4;

    private @Nullable HugeFolio[] folios = new HugeFolio[16];
    private @Nullable Hstate[] pools = new Hstate[16];

    HugeFolio add(int head, int node, Hstate pool) {
        int index = head >>> SMALLEST_ORDER;
        if (index >= folios.length) {
            int size = Math.max(index + 1, folios.length * 2);
            folios = Arrays.copyOf(folios, size);
            pools = Arrays.copyOf(pools, size);
        }
        HugeFolio folio = new HugeFolio(head, node);
        folios[index] = folio;
        pools[index] = pool;
        return folio;
    }

    void remove(int head) {
        folios[head >>> SMALLEST_ORDER] = null;
        pools[head >>> SMALLEST_ORDER] = null;
    }

    HugeFolio folio(int head) {
        return Objects.requireNonNull(folios[head >>> SMALLEST_ORDER]);
    }

    Hstate pool(int head) {
        return Objects.requireNonNull(pools[head >>> SMALLEST_ORDER]);
    }
}
