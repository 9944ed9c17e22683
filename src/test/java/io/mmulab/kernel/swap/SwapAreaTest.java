package io.mmulab.kernel.swap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.mmulab.kernel.paging.Frames;

class SwapAreaTest {
    private static final int MEMORY = 1 << 16;

    private final Frames frames = new Frames(MEMORY);
    private final SwapArea swap = new SwapArea(frames);

    private int anonymousFrame(int content) {
        int frame = frames.alloc(Frames.ANON | Frames.SWAPBACKED);
        frames.write(frame, (byte) content);
        return frame;
    }

    /** A slot that one entry stands for, and no frame any more. */
    private int swappedOut(int content) {
        int frame = anonymousFrame(content);
        assertThat(swap.add(frame)).isTrue();
        int slot = swap.slotOf(frame);
        swap.duplicate(slot);
        swap.write(frame);
        swap.removeFromCache(frame);
        frames.put(frame);
        return slot;
    }

    @Test
    void whatIsOffTakesNothing() {
        assertThat(swap.isOn()).isFalse();
        int frame = anonymousFrame(1);
        assertThat(swap.add(frame)).isFalse();
        assertThat(frames.has(frame, Frames.SWAPCACHE)).isFalse();
        swap.turn(true);
        assertThat(swap.isOn()).isTrue();
        assertThat(swap.add(frame)).isTrue();
    }

    @Test
    void allBytesOfAPageComeBack() {
        swap.turn(true);
        int frame = anonymousFrame(42);
        frames.write(frame, 5, (byte) 7);
        swap.add(frame);
        int slot = swap.slotOf(frame);
        swap.write(frame);
        int read = frames.alloc(Frames.ANON);
        frames.fill(read, (byte) 1);
        swap.read(slot, read);
        assertThat(frames.pageContent(read)).isEqualTo(frames.pageContent(frame));
        assertThat(frames.content(read, 5)).isEqualTo((byte) 7);
        assertThat(frames.content(read, 6)).isZero();
    }

    @Test
    void aFrameInTheCacheIsDirtyAndHeld() {
        swap.turn(true);
        int frame = anonymousFrame(1);
        swap.add(frame);
        int slot = swap.slotOf(frame);
        assertThat(swap.cachedFrame(slot)).isEqualTo(frame);
        assertThat(frames.has(frame, Frames.SWAPCACHE | Frames.DIRTY)).isTrue();
        assertThat(frames.refcount(frame)).isEqualTo(2);
        assertThat(swap.used()).isEqualTo(1);
        assertThat(swap.highest()).isEqualTo(slot + 1);
    }

    @Test
    void writingMakesCleanAndReadingGivesTheContentBack() {
        swap.turn(true);
        int slot = swappedOut(42);
        assertThat(swap.cachedFrame(slot)).isEqualTo(Frames.NO_FRAME);
        int frame = frames.alloc(Frames.SWAPBACKED);
        swap.read(slot, frame);
        assertThat(frames.content(frame)).isEqualTo((byte) 42);
        int dirty = anonymousFrame(1);
        swap.add(dirty);
        swap.write(dirty);
        assertThat(frames.isDirty(dirty)).isFalse();
    }

    @Test
    void aSlotIsReadableWhileAnEntryStandsForIt() {
        swap.turn(true);
        int slot = swappedOut(1);
        assertThat(swap.isReadable(slot)).isTrue();
        assertThat(swap.isReadable(SwapArea.NO_SLOT)).isFalse();
        assertThat(swap.isReadable(slot + 1)).isFalse();
        assertThat(swap.isReadable(SwapArea.SLOTS)).isFalse();
        swap.free(slot);
        assertThat(swap.isReadable(slot)).isFalse();
        assertThat(swap.used()).isZero();
    }

    @Test
    void aSlotIsFreeWhenNeitherEntryNorFrameUsesIt() {
        swap.turn(true);
        int frame = anonymousFrame(1);
        swap.add(frame);
        int slot = swap.slotOf(frame);
        swap.duplicate(slot);
        swap.duplicate(slot);
        assertThat(swap.entries(slot)).isEqualTo(2);
        swap.free(slot);
        swap.free(slot);
        assertThat(swap.used()).as("the cache has it").isEqualTo(1);
        swap.removeFromCache(frame);
        assertThat(swap.used()).isZero();
        assertThat(frames.refcount(frame)).isEqualTo(1);
        assertThat(frames.has(frame, Frames.SWAPCACHE)).isFalse();
        assertThatThrownBy(() -> swap.free(slot)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void freeSwapLeavesADirtyFrameIfNoEntryIsLeft() {
        swap.turn(true);
        int frame = anonymousFrame(1);
        assertThat(swap.freeSwap(frame)).as("not in the cache").isFalse();
        swap.add(frame);
        swap.duplicate(swap.slotOf(frame));
        swap.write(frame);
        assertThat(swap.freeSwap(frame)).as("an entry stands for it").isFalse();
        assertThat(frames.isDirty(frame)).isFalse();
        swap.free(swap.slotOf(frame));
        assertThat(swap.freeSwap(frame)).isTrue();
        assertThat(frames.isDirty(frame)).isTrue();
        assertThat(swap.used()).isZero();
    }

    @Test
    void freeAllFreesWhatNoEntryStandsFor() {
        swap.turn(true);
        int needed = anonymousFrame(1);
        int needless = anonymousFrame(2);
        swap.add(needed);
        swap.add(needless);
        swap.duplicate(swap.slotOf(needed));
        swap.freeAll();
        assertThat(frames.has(needed, Frames.SWAPCACHE)).isTrue();
        assertThat(frames.has(needless, Frames.SWAPCACHE)).isFalse();
        assertThat(swap.used()).isEqualTo(1);
    }

    @Test
    void theLastEntryTakesAnUnmappedFrameWithIt() {
        swap.turn(true);
        int unmapped = anonymousFrame(1);
        int mapped = anonymousFrame(2);
        swap.add(unmapped);
        swap.add(mapped);
        frames.addRmap(mapped, 1);
        swap.duplicate(swap.slotOf(unmapped));
        swap.duplicate(swap.slotOf(unmapped));
        swap.duplicate(swap.slotOf(mapped));
        swap.release(swap.slotOf(unmapped));
        assertThat(frames.has(unmapped, Frames.SWAPCACHE)).as("another entry is left").isTrue();
        swap.release(swap.slotOf(unmapped));
        assertThat(frames.has(unmapped, Frames.SWAPCACHE)).isFalse();
        swap.release(swap.slotOf(mapped));
        assertThat(frames.has(mapped, Frames.SWAPCACHE)).isTrue();
        assertThat(swap.used()).isEqualTo(1);
    }

    @Test
    void takingReadsFromTheDeviceOrHandsTheCachedFrameOver() {
        swap.turn(true);
        int onDevice = swappedOut(5);
        int read = swap.take(onDevice);
        assertThat(frames.content(read)).isEqualTo((byte) 5);
        assertThat(frames.refcount(read)).isEqualTo(1);
        assertThat(swap.used()).isZero();

        int cached = anonymousFrame(6);
        swap.add(cached);
        swap.duplicate(swap.slotOf(cached));
        frames.put(cached);
        assertThat(swap.take(swap.slotOf(cached))).isEqualTo(cached);
        assertThat(frames.refcount(cached)).as("the caller's").isEqualTo(1);
        assertThat(frames.has(cached, Frames.SWAPCACHE)).isFalse();
        assertThat(swap.used()).isZero();
    }

    @Test
    void takingWithoutMemoryLeavesTheSlot() {
        swap.turn(true);
        int slot = swappedOut(5);
        while (frames.alloc(Frames.ANON) != Frames.NO_FRAME) {
            assertThat(frames.inUse()).isLessThanOrEqualTo(MEMORY);
        }
        assertThat(swap.take(slot)).isEqualTo(Frames.NO_FRAME);
        assertThat(swap.isReadable(slot)).isTrue();
    }

    @Test
    void anotherFrameTakesTheCachesReferenceOver() {
        swap.turn(true);
        int from = anonymousFrame(1);
        int to = anonymousFrame(1);
        swap.add(from);
        int slot = swap.slotOf(from);
        swap.replace(from, to);
        assertThat(swap.cachedFrame(slot)).isEqualTo(to);
        assertThat(swap.slotOf(to)).isEqualTo(slot);
        assertThat(frames.has(from, Frames.SWAPCACHE)).isFalse();
        assertThat(frames.refcount(from)).isEqualTo(1);
        assertThat(frames.refcount(to)).isEqualTo(2);
        assertThat(swap.used()).isEqualTo(1);
    }

    @Test
    void aFullDeviceTakesNothingUntilASlotIsFreeAgain() {
        swap.turn(true);
        List<Integer> slots = new ArrayList<>();
        for (int i = 0; i < SwapArea.SLOTS; i++) {
            slots.add(swappedOut(i));
        }
        assertThat(slots).doesNotHaveDuplicates();
        assertThat(slots).allMatch(slot -> slot > 0 && slot <= SwapArea.SLOTS);
        int one = anonymousFrame(1);
        assertThat(swap.add(one)).isFalse();
        int freed = slots.get(1234);
        swap.free(freed);
        assertThat(swap.add(one)).isTrue();
        assertThat(swap.slotOf(one)).isEqualTo(freed);
    }

    @Test
    void whatTheCacheHoldsIsCounted() {
        swap.turn(true);
        int frame = anonymousFrame(1);
        swap.add(frame);
        swappedOut(2);
        List<Integer> held = new ArrayList<>();
        swap.visitHeld((which, references) -> {
            held.add(which);
            assertThat(references).isEqualTo(1);
        });
        assertThat(held).containsExactly(frame);
    }
}
