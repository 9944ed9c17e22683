package io.mmulab.kernel.ksm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.rmap.Rmap;
import io.mmulab.kernel.vma.AnonVma;
import io.mmulab.kernel.vma.Vma;

/** {@code struct ksm_stable_node}: the places that were merged into one page, the latest first. */
final class StableNode implements Rmap.RmapItems {
    private final Supplier<List<AddressSpace>> spaces;
    private final List<Item> items = new ArrayList<>();

    /** {@code struct ksm_rmap_item}. */
    private record Item(int mm, AnonVma anonVma, long address) {}

    StableNode(Supplier<List<AddressSpace>> spaces) {
        this.spaces = spaces;
    }

    /** {@code stable_tree_append}. */
    void append(AddressSpace mm, Vma vma, long address) {
        AnonVma anonVma = vma.anonVma();
        if (anonVma != null) {
            items.addFirst(new Item(mm.id(), anonVma, address));
        }
    }

    /** {@code rmap_walk_ksm}: first where each place is, then in those that came from there by fork. */
    @Override
    public void walk(Rmap.Visitor visitor) {
        boolean goesOn = true;
        for (int pass = 0; pass < 2; pass++) {
            for (Item item : items) {
                for (Vma vma : item.anonVma.vmas()) {
                    boolean forked = vma.mm() != item.mm;
                    boolean has = vma.start() <= item.address && item.address < vma.end();
                    if (goesOn && has && forked == (pass == 1)) {
                        goesOn = visitor.mayBeMapped(spaceOf(vma), vma, item.address);
                    }
                }
            }
        }
    }

    private AddressSpace spaceOf(Vma vma) {
        return spaces.get().stream().filter(mm -> mm.id() == vma.mm()).findFirst().orElseThrow();
    }
}
