package io.mmulab.kernel.lru;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.paging.Frames;

class LruTest {
    private final Frames frames = new Frames(1 << 12);
    private Lru lru = new Lru(KernelVersion.V6_12, frames);

    private void restart(KernelVersion version) {
        lru = new Lru(version, frames);
    }

    private int onList(int flags) {
        int frame = frames.alloc(flags);
        lru.add(frame);
        lru.drain();
        return frame;
    }

    private List<Integer> held() {
        List<Integer> held = new ArrayList<>();
        lru.visitHeld((frame, references) -> held.add(frame));
        return held;
    }

    private void addFillsAt(int capacity) {
        int first = frames.alloc(Frames.ANON);
        lru.add(first);
        for (int i = 1; i < capacity; i++) {
            assertThat(lru.isOnLru(first)).as("after %d pages", i).isFalse();
            assertThat(lru.refcount(first)).isEqualTo(2);
            lru.add(frames.alloc(Frames.ANON));
        }
        assertThat(lru.isOnLru(first)).isTrue();
        assertThat(lru.refcount(first)).isEqualTo(1);
    }

    @Test
    void aBatchHolds15PagesAndSince610Holds31() {
        addFillsAt(31);
        restart(KernelVersion.V6_1);
        addFillsAt(15);
    }

    @Test
    void aLargeFolioEmptiesTheBatch() {
        int frame = frames.alloc(Frames.ANON);
        lru.add(frame);
        lru.addLarge();
        assertThat(lru.isOnLru(frame)).isTrue();
    }

    @Test
    void drainingPutsOnTheList() {
        int frame = frames.alloc(Frames.ANON);
        lru.add(frame);
        lru.drain();
        assertThat(lru.isOnLru(frame)).isTrue();
    }

    @Test
    void theSecondAccessActivatesThroughABatchBeforeGenerations() {
        restart(KernelVersion.V6_1);
        int frame = onList(Frames.PAGE_CACHE);
        lru.markAccessed(frame);
        assertThat(frames.has(frame, Frames.REFERENCED)).isTrue();
        assertThat(held()).isEmpty();
        lru.markAccessed(frame);
        assertThat(frames.has(frame, Frames.REFERENCED)).isFalse();
        assertThat(held()).containsExactly(frame);
        assertThat(frames.refcount(frame)).isEqualTo(2);
        assertThat(frames.has(frame, Frames.ACTIVE)).isFalse();
        lru.drain();
        assertThat(frames.has(frame, Frames.ACTIVE)).isTrue();
        assertThat(frames.refcount(frame)).isEqualTo(1);
        assertThat(held()).isEmpty();
    }

    @Test
    void whatIsActiveIsNotActivatedAgain() {
        restart(KernelVersion.V6_1);
        int frame = onList(Frames.PAGE_CACHE | Frames.ACTIVE | Frames.REFERENCED);
        lru.markAccessed(frame);
        assertThat(held()).isEmpty();
        assertThat(frames.has(frame, Frames.REFERENCED)).isTrue();
    }

    @Test
    void aPageOnTheWayToItsListIsActiveAtOnce() {
        restart(KernelVersion.V6_1);
        int frame = frames.alloc(Frames.PAGE_CACHE);
        lru.add(frame);
        lru.markAccessed(frame);
        lru.markAccessed(frame);
        assertThat(frames.has(frame, Frames.ACTIVE)).isTrue();
        assertThat(frames.has(frame, Frames.REFERENCED)).isFalse();
        assertThat(held()).isEmpty();
    }

    @Test
    void generationsDoNotActivate() {
        int frame = onList(Frames.PAGE_CACHE);
        lru.markAccessed(frame);
        lru.markAccessed(frame);
        lru.drain();
        assertThat(frames.has(frame, Frames.REFERENCED)).isTrue();
        assertThat(frames.has(frame, Frames.ACTIVE)).isFalse();
    }

    @Test
    void anUnevictablePageIsMovedNowhere() {
        restart(KernelVersion.V6_1);
        int frame = onList(Frames.ANON | Frames.SWAPBACKED | Frames.UNEVICTABLE | Frames.ACTIVE);
        lru.deactivate(frame);
        lru.markLazyfree(frame);
        assertThat(held()).isEmpty();
        frames.clear(frame, Frames.ACTIVE);
        lru.markAccessed(frame);
        lru.markAccessed(frame);
        assertThat(held()).isEmpty();
        assertThat(frames.has(frame, Frames.ACTIVE)).isFalse();
    }

    @Test
    void aPageThatBecameUnevictableMeanwhileStaysWhereItIs() {
        restart(KernelVersion.V6_1);
        int frame = onList(Frames.ANON | Frames.SWAPBACKED | Frames.ACTIVE);
        lru.deactivate(frame);
        frames.set(frame, Frames.UNEVICTABLE);
        lru.drain();
        assertThat(frames.has(frame, Frames.ACTIVE)).isTrue();
        assertThat(frames.refcount(frame)).isEqualTo(1);
    }

    @Test
    void aLazilyFreedPageIsOfTheFileListAfterTheDrain() {
        int frame = onList(Frames.ANON | Frames.SWAPBACKED | Frames.ACTIVE | Frames.REFERENCED);
        lru.markLazyfree(frame);
        assertThat(frames.has(frame, Frames.SWAPBACKED)).isTrue();
        assertThat(held()).containsExactly(frame);
        lru.drain();
        assertThat(frames.has(frame, Frames.SWAPBACKED)).isFalse();
        assertThat(frames.has(frame, Frames.ACTIVE)).isFalse();
        assertThat(frames.has(frame, Frames.REFERENCED)).isFalse();
    }

    @Test
    void onlyAnonymousPagesOfAListThatNothingOnTheDeviceStandsForAreLazy() {
        int cached = onList(Frames.ANON | Frames.SWAPBACKED | Frames.SWAPCACHE);
        int ofFile = onList(Frames.PAGE_CACHE | Frames.SWAPBACKED);
        int isNew = frames.alloc(Frames.ANON | Frames.SWAPBACKED);
        lru.add(isNew);
        lru.markLazyfree(cached);
        lru.markLazyfree(ofFile);
        lru.markLazyfree(isNew);
        assertThat(held()).isEmpty();
    }

    @Test
    void aPageThatWentToTheSwapCacheMeanwhileIsNotLazy() {
        int frame = onList(Frames.ANON | Frames.SWAPBACKED);
        lru.markLazyfree(frame);
        frames.set(frame, Frames.SWAPCACHE);
        lru.drain();
        assertThat(frames.has(frame, Frames.SWAPBACKED)).isTrue();
    }

    @Test
    void deactivatingMovesActivePages() {
        restart(KernelVersion.V6_1);
        int inactive = onList(Frames.ANON | Frames.REFERENCED);
        int active = onList(Frames.ANON | Frames.ACTIVE | Frames.REFERENCED);
        int isNew = frames.alloc(Frames.ANON | Frames.ACTIVE);
        lru.deactivate(inactive);
        lru.deactivate(active);
        lru.add(isNew);
        lru.deactivate(isNew);
        assertThat(held()).containsExactly(active);
        lru.drain();
        assertThat(frames.has(active, Frames.ACTIVE)).isFalse();
        assertThat(frames.has(active, Frames.REFERENCED)).isFalse();
        assertThat(frames.has(inactive, Frames.REFERENCED)).isTrue();
    }

    @Test
    void generationsDeactivateWhateverIsOnAList() {
        int frame = onList(Frames.ANON | Frames.REFERENCED);
        lru.deactivate(frame);
        lru.drain();
        assertThat(frames.has(frame, Frames.REFERENCED)).isFalse();
    }

    @Test
    void aFullBatchMovesByItself() {
        List<Integer> pages = new ArrayList<>();
        for (int i = 0; i < 31; i++) {
            pages.add(onList(Frames.ANON | Frames.SWAPBACKED));
        }
        pages.subList(0, 30).forEach(lru::markLazyfree);
        assertThat(frames.has(pages.getFirst(), Frames.SWAPBACKED)).isTrue();
        lru.markLazyfree(pages.getLast());
        assertThat(pages).noneMatch(page -> frames.has(page, Frames.SWAPBACKED));
        assertThat(held()).isEmpty();
    }

    @Test
    void aLargeFolioDoesNotWait() {
        int head = frames.alloc(2, Frames.ANON | Frames.SWAPBACKED);
        lru.markLazyfree(head);
        assertThat(frames.has(head, Frames.SWAPBACKED)).isFalse();
    }
}
