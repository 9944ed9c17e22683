package io.mmulab.scenario;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** The regions of one process, at most {@value #MAX}; a child starts with its parent's. */
final class Regions {
    /** {@code NREG}. */
    static final int MAX = 16;

    private final List<Region> regions = new ArrayList<>();

    Regions() {}

    Regions(Regions of) {
        regions.addAll(of.regions);
    }

    @Nullable
    Region find(String name) {
        for (Region region : regions) {
            if (region.name().equals(name)) {
                return region;
            }
        }
        return null;
    }

    /** Names a place, anew if the name is in use; without effect when all names are taken. */
    void put(Region region) {
        for (int i = 0; i < regions.size(); i++) {
            if (regions.get(i).name().equals(region.name())) {
                regions.set(i, region);
                return;
            }
        }
        if (regions.size() < MAX) {
            regions.add(region);
        }
    }

    /** {@code NAME}, {@code NAME+n}, {@code NAME-n} in pages of the region, or a hexadecimal address; 0 for no such name. */
    long resolve(String text) {
        if (text.startsWith("0x")) {
            return Numbers.unsigned(text);
        }
        int sign = 0;
        while (sign < text.length() && text.charAt(sign) != '+' && text.charAt(sign) != '-') {
            sign++;
        }
        Region region = find(text.substring(0, sign));
        return region == null ? 0 : region.page(Numbers.decimal(text.substring(sign)));
    }

    List<Region> all() {
        return List.copyOf(regions);
    }
}
