package io.mmulab.kernel.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.lock.Actor;
import io.mmulab.kernel.lock.WaitCondition;

/** The collision-retry scheme, number by number: kernel-facts 3.4, and R-ITREE-1 to R-ITREE-5. */
class IntervalSequenceTest {
    private static final int EINVAL = -22;
    private static final int EOVERFLOW = -75;

    private final Callbacks space = Callbacks.of(KernelVersion.V6_12);

    /** Lets the windows of others close while it sleeps. */
    private final class Sleeping extends Actor {
        private final MmuNotifierRange open;

        Sleeping(MmuNotifierRange open) {
            this.open = open;
        }

        @Override
        public boolean waitFor(WaitCondition condition) {
            assertThat(condition.holds()).isFalse();
            space.end(open);
            return condition.holds();
        }
    }

    @Test
    void theSequenceStartsAtTwoAndANewSubscriptionIsOneBehind() {
        assertThat(space.mm.invalidateSeq()).isEqualTo(2);
        MmuIntervalNotifier sub = space.interval(1, 0x1000, 0x1000);
        assertThat(sub.seq()).isEqualTo(1);
        assertThat(space.notifiers.readBegin(sub)).isEqualTo(1);
        assertThat(sub.readRetry(1)).isFalse();
    }

    @Test
    void aWindowOverTheIntervalMakesTheSequenceOddAndItsEndEven() {
        MmuIntervalNotifier sub = space.interval(1, 0x1000, 0x1000);
        MmuNotifierRange window = space.start(0x1000, 0x2000);
        assertThat(space.mm.invalidateSeq()).isEqualTo(3);
        assertThat(space.mm.activeInvalidateRanges()).isEqualTo(1);
        assertThat(sub.seq()).isEqualTo(3);
        space.end(window);
        assertThat(space.mm.invalidateSeq()).isEqualTo(4);
        assertThat(space.mm.activeInvalidateRanges()).isZero();
        assertThat(sub.seq()).isEqualTo(3);
    }

    @Test
    void aWindowElsewhereLeavesTheSequenceAlone() {
        space.interval(1, 0x1000, 0x1000);
        space.end(space.start(0x2000, 0x3000));
        space.end(space.start(0, 0x1000));
        assertThat(space.mm.invalidateSeq()).isEqualTo(2);
        assertThat(space.heard).containsExactly("closed", "closed");
    }

    @Test
    void aReaderThatAWindowOverlapsMustRetry() {
        MmuIntervalNotifier sub = space.interval(1, 0x1000, 0x1000);
        long seq = space.notifiers.readBegin(sub);
        space.end(space.start(0x1000, 0x2000));
        assertThat(sub.checkRetry(seq)).isTrue();
        assertThat(sub.readRetry(seq)).isTrue();
    }

    @Test
    void aReaderThatComesDuringTheWindowSleepsAndNeedNotRetry() {
        MmuIntervalNotifier sub = space.interval(1, 0x1000, 0x1000);
        space.current.set(new Sleeping(space.start(0x1000, 0x2000)));
        long seq = space.notifiers.readBegin(sub);
        assertThat(seq).isEqualTo(3);
        assertThat(sub.readRetry(seq)).isFalse();
    }

    @Test
    void aReaderWhomNobodyWakesNeverReturns() {
        MmuIntervalNotifier sub = space.interval(1, 0x1000, 0x1000);
        space.start(0x1000, 0x2000);
        assertThat(space.notifiers.readBegin(sub)).isEqualTo(MmuNotifiers.NEVER);
    }

    @Test
    void theSequenceStaysOddUntilTheLastWindowCloses() {
        MmuIntervalNotifier sub = space.interval(1, 0x1000, 0x1000);
        MmuNotifierRange outer = space.start(0x8000, 0x9000);
        space.end(space.start(0x1000, 0x2000));
        assertThat(space.mm.invalidateSeq()).isEqualTo(3);
        assertThat(space.notifiers.readBegin(sub)).as("over-waiting is allowed").isEqualTo(MmuNotifiers.NEVER);
        space.end(outer);
        assertThat(space.mm.invalidateSeq()).isEqualTo(4);
        assertThat(space.notifiers.readBegin(sub)).isEqualTo(3);
    }

    @Test
    void aSubscriptionThatComesDuringAnyWindowCountsAsInvalidated() {
        space.interval(1, 0x1000, 0x1000);
        MmuNotifierRange elsewhere = space.start(0x8000, 0x9000);
        MmuIntervalNotifier late = space.interval(2, 0x4000, 0x1000);
        assertThat(space.mm.invalidateSeq()).isEqualTo(3);
        assertThat(late.seq()).isEqualTo(3);
        assertThat(space.notifiers.readBegin(late)).isEqualTo(MmuNotifiers.NEVER);
        space.end(elsewhere);
        assertThat(space.notifiers.readBegin(late)).isEqualTo(3);
    }

    @Test
    void aSubscriptionThatComesDuringAnInvalidationIsInTheTreeAfterwards() {
        space.interval(1, 0x1000, 0x1000);
        MmuNotifierRange outer = space.start(0x1000, 0x2000);
        MmuIntervalNotifier late = space.interval(2, 0x1000, 0x1000);
        assertThat(late.isDeferred()).isTrue();
        space.heard.clear();
        space.end(space.start(0x1000, 0x2000));
        assertThat(space.heard).contains("invalidate 1").doesNotContain("invalidate 2");
        space.end(outer);
        assertThat(late.isDeferred()).isFalse();
        space.heard.clear();
        space.end(space.start(0x1000, 0x2000));
        assertThat(space.heard).containsExactly("may sleep 1", "invalidate 1", "may sleep 2", "invalidate 2", "closed");
    }

    @Test
    void aSubscriptionThatGoesDuringAnInvalidationIsCalledUntilItsEnd() {
        MmuIntervalNotifier sub = space.interval(1, 0x1000, 0x1000);
        MmuNotifierRange outer = space.start(0x1000, 0x2000);
        assertThat(space.notifiers.removeInterval(sub)).as("it would sleep").isFalse();
        space.heard.clear();
        space.end(space.start(0x1000, 0x2000));
        assertThat(space.heard).contains("invalidate 1");
        space.end(outer);
        space.heard.clear();
        space.end(space.start(0x1000, 0x2000));
        assertThat(space.heard).containsExactly("closed");
    }

    @Test
    void aSubscriptionThatComesAndGoesDuringAnInvalidationIsNeverCalled() {
        space.interval(1, 0x1000, 0x1000);
        MmuNotifierRange outer = space.start(0x1000, 0x2000);
        MmuIntervalNotifier late = space.interval(2, 0x1000, 0x1000);
        assertThat(space.notifiers.removeInterval(late)).isTrue();
        space.end(outer);
        space.heard.clear();
        space.end(space.start(0x1000, 0x2000));
        assertThat(space.heard).doesNotContain("invalidate 2");
    }

    @Test
    void anIntervalMustNotBeEmptyNorWrapAround() {
        MmuIntervalNotifier sub = new MmuIntervalNotifier(1, new Callbacks.Mirror(space, 1));
        assertThat(space.notifiers.insertInterval(space.mm, sub, 0x1000, 0)).isEqualTo(EOVERFLOW);
        assertThat(space.notifiers.insertInterval(space.mm, sub, -0x1000, 0x2000)).isEqualTo(EOVERFLOW);
        assertThat(space.notifiers.insertInterval(space.mm, sub, 0, -0x1000)).isZero();
    }

    @Test
    void nobodySubscribesAfterTheLastUserIsGone() {
        space.interval(1, 0x1000, 0x1000);
        space.notifiers.release(space.mm);
        MmuIntervalNotifier late = new MmuIntervalNotifier(2, new Callbacks.Mirror(space, 2));
        assertThat(space.notifiers.insertInterval(space.mm, late, 0x1000, 0x1000)).isEqualTo(EINVAL);
        assertThat(space.warnings).containsExactly("mmu_interval_notifier_insert 2");
    }

    @Test
    void releaseTellsEveryIntervalOnceAsAnInvalidation() {
        MmuIntervalNotifier sub = space.interval(2, 0x5000, 0x1000);
        space.interval(1, 0x1000, 0x1000);
        long seq = space.notifiers.readBegin(sub);
        space.notifiers.release(space.mm);
        assertThat(space.heard).containsExactly("may sleep 1", "invalidate 1", "may sleep 2", "invalidate 2");
        assertThat(sub.readRetry(seq)).isTrue();
        assertThat(space.mm.invalidateSeq()).isEqualTo(4);
    }

    /** Against a plain list, with addresses on both sides of 2^63. */
    @Test
    void theTreeFindsWhatIntersectsInTheOrderOfAddresses() {
        IntervalTree tree = new IntervalTree();
        long[][] intervals = {{0x5000, 0x5fff}, {0, -1}, {0x1000, 0x8fff}, {-0x2000, -0x1001}, {0x5000, 0x6fff}};
        MmuIntervalNotifier[] subs = new MmuIntervalNotifier[intervals.length];
        for (int i = 0; i < intervals.length; i++) {
            subs[i] = new MmuIntervalNotifier(i, new Callbacks.Mirror(space, i));
            subs[i].place(space.mm, intervals[i][0], intervals[i][1]);
            tree.insert(subs[i]);
        }
        assertThat(ids(tree, 0x5800, 0x5800)).containsExactly(1, 2, 0, 4);
        assertThat(ids(tree, 0x6000, 0x9fff)).containsExactly(1, 2, 4);
        assertThat(ids(tree, -0x1800, -0x1800)).containsExactly(1, 3);
        assertThat(ids(tree, 0x9000, 0x9000)).containsExactly(1);
        tree.remove(subs[1]);
        assertThat(ids(tree, 0x9000, 0x9000)).isEmpty();
        assertThat(ids(tree, 0, -1)).containsExactly(2, 0, 4, 3);
    }

    private static List<Integer> ids(IntervalTree tree, long start, long last) {
        List<Integer> ids = new ArrayList<>();
        for (int at = tree.first(start, last); at >= 0; at = tree.next(at, start, last)) {
            ids.add(tree.at(at).id());
        }
        return ids;
    }

    @Test
    void inNewReleasesAllBeginBeforeTheFirstFinishes() {
        assertThat(passes(KernelVersion.V7_3)).containsExactly("begin 1", "begin 2", "finish 1", "finish 2");
        assertThat(passes(KernelVersion.V6_12)).containsExactly("begin 1", "finish 1", "begin 2", "finish 2");
    }

    private static List<String> passes(KernelVersion version) {
        Callbacks space = Callbacks.of(version);
        for (int id = 1; id <= 2; id++) {
            int number = id;
            space.notifiers.insertInterval(space.mm, new MmuIntervalNotifier(id, new MmuIntervalNotifierOps() {
                @Override
                public int invalidate(MmuIntervalNotifier subscription, MmuNotifierRange range, long currentSeq) {
                    space.heard.add("begin " + number);
                    return 0;
                }

                @Override
                public boolean hasFinish() {
                    return true;
                }

                @Override
                public void invalidateFinish(MmuIntervalNotifier subscription) {
                    space.heard.add("finish " + number);
                }
            }), 0x1000, 0x1000);
        }
        space.notifiers.rangeEnd(space.notifiers.rangeStart(space.mm, EventType.CLEAR, 0, -1, Callbacks.WHY));
        return space.heard.stream().filter(call -> call.startsWith("begin") || call.startsWith("finish")).toList();
    }
}
