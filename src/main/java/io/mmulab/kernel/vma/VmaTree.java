package io.mmulab.kernel.vma;

import java.util.ArrayList;

import org.jspecify.annotations.Nullable;

/**
 * The VMAs of an address space, ordered by address and disjoint ({@code mm_mt}): a sorted list with the last hit
 * remembered, so that the look-up of neighbouring faults is one comparison.
 */
public final class VmaTree {
    private final ArrayList<Vma> vmas = new ArrayList<>();
    private final int mm;
    private @Nullable Vma lastHit;

    /**
     * No VMAs.
     *
     * @param mm id of the address space
     */
    public VmaTree(int mm) {
        this.mm = mm;
    }

    /** {@code map_count}. */
    public int size() {
        return vmas.size();
    }

    /** The VMA at a position in address order. */
    public Vma at(int position) {
        return vmas.get(position);
    }

    /** {@code vma_lookup}: the VMA that contains the address. */
    public @Nullable Vma lookup(long address) {
        Vma hit = lastHit;
        if (hit != null && address >= hit.start() && address < hit.end()) {
            return hit;
        }
        int position = positionAtOrAfter(address);
        if (position < vmas.size() && vmas.get(position).start() <= address) {
            lastHit = vmas.get(position);
            return lastHit;
        }
        return null;
    }

    /** {@code find_vma}: the first VMA that ends after the address. */
    public @Nullable Vma find(long address) {
        int position = positionAtOrAfter(address);
        return position < vmas.size() ? vmas.get(position) : null;
    }

    /** {@code find_vma_prev}: the last VMA that ends at or before the address. */
    public @Nullable Vma before(long address) {
        int position = positionAtOrAfter(address);
        return position > 0 ? vmas.get(position - 1) : null;
    }

    /** {@code find_vma_intersection}: the first VMA that overlaps {@code [start, end)}. */
    public @Nullable Vma intersecting(long start, long end) {
        Vma vma = find(start);
        return vma != null && vma.start() < end ? vma : null;
    }

    /** Position of the first VMA that ends after the address; {@link #size()} if none does. */
    public int positionAtOrAfter(long address) {
        int low = 0;
        int high = vmas.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (vmas.get(middle).end() > address) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Adds a VMA where none is. */
    public void insert(Vma vma) {
        int position = positionAtOrAfter(vma.start());
        if (position < vmas.size() && vmas.get(position).start() < vma.end()) {
            throw new IllegalStateException(vma + " overlaps " + vmas.get(position));
        }
        vmas.add(position, vma);
        vma.setMm(mm);
        MappedFile file = vma.file();
        if (file != null) {
            file.mapped(vma);
        }
    }

    /** Removes a VMA that is here. */
    public void remove(Vma vma) {
        int position = positionAtOrAfter(vma.start());
        if (position >= vmas.size() || vmas.get(position) != vma) {
            throw new IllegalStateException(vma + " is not here");
        }
        vmas.remove(position);
        lastHit = null;
        MappedFile file = vma.file();
        if (file != null) {
            file.unmapped(vma);
        }
    }

    /** Moves the edges of a VMA; the caller keeps the set disjoint. */
    void adjust(Vma vma, long start, long end) {
        vma.setRange(start, end);
        lastHit = null;
    }
}
