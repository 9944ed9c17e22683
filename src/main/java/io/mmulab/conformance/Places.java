package io.mmulab.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * The places of a recording: how it writes addresses. {@code A+3} is page 3 of region A, {@code A'} the second place of a
 * region that moved, {@code A+0.1000} has a byte offset within a page, {@code ALL} is the whole address space.
 */
final class Places {
    /** The whole address space. */
    static final String ALL = "ALL";

    private static final long ARENA = 0x200000000000L;
    private static final long ARENA_END = 0x210000000000L;
    private static final long NEAR = 1L << 30;
    private static final long MARGIN = 65_536;

    /**
     * A region at one place.
     *
     * @param label its name, with a prime for each earlier place
     */
    private record Place(String label, long base, long length, long pageSize) {
        long end() {
            return base + length;
        }

        long distance(long address) {
            return Math.min(Math.abs(address - base), Math.abs(address - end()));
        }
    }

    private final List<Place> places = new ArrayList<>();

    /** Adds a region in the header's order. */
    void add(String name, long base, long length, long pageSize) {
        long earlier = places.stream().filter(place -> stripped(place.label).equals(name)).count();
        places.add(new Place(name + "'".repeat((int) earlier), base, length, pageSize));
    }

    private static String stripped(String label) {
        int end = label.length();
        while (end > 0 && label.charAt(end - 1) == '\'') {
            end--;
        }
        return label.substring(0, end);
    }

    /** Whether a range is near enough to the script's own places to be in a recording. */
    boolean inWindow(long start, long end) {
        if (Long.compareUnsigned(start, ARENA_END) < 0 && Long.compareUnsigned(end, ARENA) > 0) {
            return true;
        }
        return places.stream().anyMatch(place -> Long.compareUnsigned(start, place.end() + MARGIN) < 0
                && Long.compareUnsigned(end, place.base - MARGIN) > 0);
    }

    static boolean inArena(long start, long end) {
        return start >= ARENA && start < ARENA_END && start < end && end <= ARENA_END;
    }

    static boolean isAll(long start, long end) {
        return end < 0 || (start == 0 && end >= ARENA_END);
    }

    /** A half-open range as recordings write it. */
    String range(long start, long end) {
        return isAll(start, end) ? ALL : address(start, false) + ".." + address(end, true);
    }

    /** An address as recordings write it. */
    String address(long address) {
        return address(address, false);
    }

    private String address(long address, boolean isEnd) {
        Place best = null;
        for (Place place : places) {
            boolean holds = address >= place.base && address < place.end();
            if (holds || (isEnd && address > place.base && address <= place.end())) {
                best = place;
                break;
            }
        }
        best = best == null ? nearest(address) : best;
        if (best == null) {
            return "0x" + Long.toHexString(address);
        }
        long offset = address - best.base;
        long page = Math.floorDiv(offset, best.pageSize);
        long rest = Math.floorMod(offset, best.pageSize);
        return best.label + (page >= 0 ? "+" : "-") + Math.abs(page)
                + (rest == 0 ? "" : "." + Long.toHexString(rest));
    }

    private @Nullable Place nearest(long address) {
        Place best = null;
        for (Place place : places) {
            long distance = place.distance(address);
            if (distance >= 0 && distance <= NEAR && (best == null || distance < best.distance(address))) {
                best = place;
            }
        }
        return best;
    }

    /** The address that a text such as {@code A+3} means; null if it means none. */
    @Nullable
    Long parse(String text) {
        try {
            if (text.startsWith("0x")) {
                return Long.parseUnsignedLong(text.substring(2), 16);
            }
            return parseNamed(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private @Nullable Long parseNamed(String text) {
        int sign = Math.max(text.lastIndexOf('+'), text.lastIndexOf('-'));
        if (sign < 1) {
            return null;
        }
        String label = text.substring(0, sign);
        int dot = text.indexOf('.', sign);
        long page = Long.parseLong(text.substring(sign, dot < 0 ? text.length() : dot));
        long rest = dot < 0 ? 0 : Long.parseLong(text.substring(dot + 1).toLowerCase(Locale.ROOT), 16);
        for (Place place : places) {
            if (place.label.equals(label)) {
                return place.base + page * place.pageSize + rest;
            }
        }
        return null;
    }
}
