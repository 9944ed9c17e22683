package io.mmulab.kernel.vma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;

import io.mmulab.kernel.design.KernelVersion;

/** The cases of the kernel's own {@code tools/testing/vma/vma.c}, restated; a digit is a page. */
class VmaMergeTest {
    private static final int SHIFT = 12;
    private static final long RW = VmFlags.READ | VmFlags.WRITE | VmFlags.MAYREAD | VmFlags.MAYWRITE;
    private static final long RO = RW & ~VmFlags.WRITE;
    private static final int LIMIT = 65530;

    private final VmaTree tree = new VmaTree(1);
    private final VmaMerge merge = new VmaMerge(tree, SHIFT, KernelVersion.V6_12);

    private Vma add(long first, long end, long flags) {
        Vma vma = new Vma(SHIFT, first << SHIFT, end << SHIFT, flags, first, null);
        tree.insert(vma);
        return vma;
    }

    private AnonVma fault(Vma vma) {
        AnonVma.prepare(vma, merge);
        return Objects.requireNonNull(vma.anonVma());
    }

    private void mapNew(long first, long end) {
        if (merge.mergeNew(first << SHIFT, end << SHIFT, RW, first, null) == null) {
            add(first, end, RW);
        }
    }

    private Vma modify(Vma vma, long first, long end, long flags) {
        Vma changed = merge.modify(vma, first << SHIFT, end << SHIFT, flags, LIMIT);
        assertThat(changed).isNotNull();
        return changed == null ? vma : changed;
    }

    private List<String> layout() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < tree.size(); i++) {
            Vma vma = tree.at(i);
            assertThat(vma.pgoff()).isEqualTo(vma.start() >> SHIFT);
            all.add((vma.start() >> SHIFT) + "-" + (vma.end() >> SHIFT) + (vma.has(VmFlags.WRITE) ? "rw" : "ro"));
        }
        return all;
    }

    @Test
    void aMappingBetweenTwoLikeItMakesOne() {
        add(0, 1, RW);
        add(2, 3, RW);
        mapNew(1, 2);
        assertThat(layout()).containsExactly("0-3rw");
    }

    @Test
    void aChangeInTheMiddleMakesThree() {
        Vma vma = add(0, 3, RW);
        assertThat(modify(vma, 1, 2, RO).start()).isEqualTo(1L << SHIFT);
        assertThat(layout()).containsExactly("0-1rw", "1-2ro", "2-3rw");
    }

    @Test
    void newMappingsGrowTheirNeighbours() {
        Vma first = add(0, 2, RW);
        Vma second = add(3, 4, RW);
        AnonVma anon = fault(second);
        add(11, 12, RW);
        mapNew(7, 9);
        assertThat(layout()).containsExactly("0-2rw", "3-4rw", "7-9rw", "11-12rw");
        mapNew(2, 3);
        assertThat(layout()).containsExactly("0-4rw", "7-9rw", "11-12rw");
        assertThat(first.anonVma()).isSameAs(anon);
        mapNew(4, 5);
        assertThat(layout()).containsExactly("0-5rw", "7-9rw", "11-12rw");
        mapNew(6, 7);
        assertThat(layout()).containsExactly("0-5rw", "6-9rw", "11-12rw");
        mapNew(5, 6);
        assertThat(layout()).containsExactly("0-9rw", "11-12rw");
        mapNew(10, 11);
        assertThat(layout()).containsExactly("0-9rw", "10-12rw");
        mapNew(9, 10);
        assertThat(layout()).containsExactly("0-12rw");
    }

    @Test
    void aChangeAtTheRightEdgeJoinsTheNext() {
        Vma vma = add(2, 7, RW);
        add(7, 9, RO);
        modify(vma, 3, 7, RO);
        assertThat(layout()).containsExactly("2-3rw", "3-9ro");
        modify(vma, 2, 3, RO);
        assertThat(layout()).containsExactly("2-9ro");
    }

    @Test
    void aChangeAtTheLeftEdgeJoinsThePrevious() {
        add(0, 3, RO);
        Vma vma = add(3, 7, RW);
        modify(vma, 3, 6, RO);
        assertThat(layout()).containsExactly("0-6ro", "6-7rw");
        modify(vma, 6, 7, RO);
        assertThat(layout()).containsExactly("0-7ro");
    }

    @Test
    void aChangeOfAWholeVmaBetweenTwoLikeItMakesOne() {
        add(0, 3, RO);
        Vma vma = add(3, 7, RW);
        add(7, 9, RO);
        modify(vma, 3, 7, RO);
        assertThat(layout()).containsExactly("0-9ro");
    }

    @Test
    void aChangeThatTouchesNoEdgeJoinsNothing() {
        add(0, 3, RO);
        Vma vma = add(3, 8, RW);
        add(8, 9, RO);
        modify(vma, 4, 7, RO);
        assertThat(layout()).containsExactly("0-3ro", "3-4rw", "4-7ro", "7-8rw", "8-9ro");
    }

    @Test
    void neighboursWithDifferentAnonVmasStayTwo() {
        Vma prev = add(0, 3, RW);
        fault(prev);
        Vma next = add(7, 9, RW);
        fault(next);
        mapNew(3, 7);
        assertThat(layout()).containsExactly("0-7rw", "7-9rw");
    }

    @Test
    void inLinux61TheRightNeighbourTakesTheGap() {
        VmaMerge old = new VmaMerge(tree, SHIFT, KernelVersion.V6_1);
        fault(add(0, 3, RW));
        fault(add(7, 9, RW));
        old.mergeNew(3L << SHIFT, 7L << SHIFT, RW, 3, null);
        assertThat(layout()).containsExactly("0-3rw", "3-9rw");
    }

    @Test
    void aNeighbourClonedByForkTakesNoNewMapping() {
        Vma parent = new Vma(SHIFT, 0, 3L << SHIFT, RW, 0, null);
        AnonVma.prepare(parent, merge);
        AnonVma.fork(add(0, 3, RW), parent);
        mapNew(3, 4);
        assertThat(layout()).containsExactly("0-3rw", "3-4rw");
    }

    @Test
    void aFaultedRangeJoinsNoUnfaultedNeighbour() {
        add(0, 3, RO);
        Vma vma = add(3, 5, RW);
        fault(vma);
        modify(vma, 3, 5, RO);
        assertThat(layout()).containsExactly("0-3ro", "3-5ro");
    }

    @Test
    void aSplitThatExceedsTheLimitFails() {
        Vma vma = add(0, 3, RW);
        assertThat(merge.modify(vma, 1L << SHIFT, 2L << SHIFT, RO, 1)).isNull();
        assertThat(layout()).containsExactly("0-3rw");
    }

    @Test
    void softDirtyDoesNotKeepVmasApart() {
        add(0, 3, RW | VmFlags.SOFTDIRTY);
        mapNew(3, 4);
        assertThat(layout()).containsExactly("0-4rw");
    }

    @Test
    void findVmaAndItsKinAgreeOnEdges() {
        Vma low = add(1, 2, RW);
        Vma high = add(4, 6, RW);
        assertThat(tree.lookup(2L << SHIFT)).isNull();
        assertThat(tree.lookup((2L << SHIFT) - 1)).isSameAs(low);
        assertThat(tree.find(2L << SHIFT)).isSameAs(high);
        assertThat(tree.before(4L << SHIFT)).isSameAs(low);
        assertThat(tree.intersecting(2L << SHIFT, 4L << SHIFT)).isNull();
        assertThat(tree.intersecting(2L << SHIFT, (4L << SHIFT) + 1)).isSameAs(high);
        assertThat(tree.find(6L << SHIFT)).isNull();
    }
}
