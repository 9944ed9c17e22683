package io.mmulab.scenario;

/**
 * What a script calls by name: addresses that were mapped once, whatever has become of the mapping.
 *
 * @param name as the script says
 * @param base first byte
 * @param length in bytes
 * @param pageSize bytes of a page index of this region: 4 KiB, or 2 MiB for hugetlb
 */
public record Region(String name, long base, long length, long pageSize) {
    /** The address of a page by index, which may be negative. */
    public long page(long index) {
        return base + index * pageSize;
    }

    Region resized(long newLength) {
        return new Region(name, base, newLength, pageSize);
    }
}
