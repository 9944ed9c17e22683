package io.mmulab.kernel.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.vma.Vma;

/** A folio that was isolated from the LRU to be moved, with the migration entries that stand for it meanwhile. */
public final class MigratingFolio {
    private final int head;
    private final List<Entry> entries = new ArrayList<>();
    private boolean kept;
    private int target = Frames.NO_FRAME;

    /**
     * One migration entry.
     *
     * @param page which page of the folio it stands for
     * @param huge whether it is a PMD, of the whole folio
     * @param old the entry that was there
     * @param exclusive whether the page was the process's alone
     */
    record Entry(AddressSpace mm, Vma vma, long address, int page, boolean huge, long old, boolean exclusive) {}

    /** Without entries yet. */
    public MigratingFolio(int head) {
        this.head = head;
    }

    /** Its first page. */
    public int head() {
        return head;
    }

    /** Where it goes; {@link Frames#NO_FRAME} before there is a place. */
    int target() {
        return target;
    }

    void setTarget(int frame) {
        target = frame;
    }

    /** The frame is not freed when it is empty. */
    void keepFrame() {
        kept = true;
    }

    boolean isKept() {
        return kept;
    }

    void add(Entry entry) {
        entries.add(entry);
    }

    /** Shows the entries in the order in which they were set. */
    void forEach(Consumer<Entry> visitor) {
        entries.forEach(visitor);
    }

    /** The entries in the order in which they were set; forgotten from here on. */
    List<Entry> takeEntries() {
        List<Entry> taken = List.copyOf(entries);
        entries.clear();
        return taken;
    }
}
