package io.mmulab.kernel.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.EventType;

/** Order of calls, ranges that may not block, and the life of subscribers: kernel-facts 3.1, 3.3 and 3.5. */
class MmuNotifiersTest {
    private static final int EOVERFLOW = -75;

    private final Callbacks space = Callbacks.of(KernelVersion.V6_12);

    private @Nullable MmuNotifierRange startNonblock() {
        return startNonblock(space);
    }

    private static @Nullable MmuNotifierRange startNonblock(Callbacks in) {
        return in.notifiers.rangeStartNonblock(in.mm, EventType.UNMAP, 0x1000, 0x2000, Callbacks.WHY);
    }

    private void register(Listener subscriber) {
        assertThat(space.notifiers.register(space.mm, subscriber)).isZero();
    }

    @Test
    void anAddressSpaceWithoutSubscribersHearsNothing() {
        MmuNotifierRange window = space.start(0, 0x1000);
        space.end(window);
        space.notifiers.invalidateSecondaryTlbs(space.mm, 0, 0x1000, Callbacks.WHY);
        space.notifiers.release(space.mm);
        assertThat(space.heard).isEmpty();
    }

    @Test
    void intervalsAreToldBeforeTheListAndTheNewestOfTheListFirst() {
        register(new Listener(space, 1, "se"));
        register(new Listener(space, 2, "se"));
        space.interval(3, 0x1000, 0x1000);
        space.end(space.start(0x1000, 0x2000));
        assertThat(space.heard).containsExactly("may sleep 3", "invalidate 3", "may sleep 2", "start 2", "may sleep 1",
                "start 1", "may sleep 2", "end 2", "may sleep 1", "end 1", "closed");
    }

    /** Nouveau's case: only start, so that it need not hear of the end. */
    @Test
    void aSubscriberMayHaveStartWithoutEnd() {
        register(new Listener(space, 1, "s"));
        space.end(space.start(0x1000, 0x2000));
        assertThat(space.heard).containsExactly("may sleep 1", "start 1", "closed");
    }

    @Test
    void before66EndTellsSecondaryTlbsUnlessTheCallerHas() {
        Callbacks old = new Callbacks(KernelDesign.LINUX_6_3, KernelVersion.V6_1);
        old.notifiers.register(old.mm, new Listener(old, 1, "t"));
        old.notifiers.rangeEnd(old.start(0x1000, 0x2000));
        assertThat(old.heard).containsExactly("tlb 1", "closed");
        old.heard.clear();
        old.notifiers.rangeOnlyEnd(old.start(0x1000, 0x2000));
        assertThat(old.heard).containsExactly("closed");
    }

    @Test
    void testYoungStopsAtTheFirstThatSaysYes() {
        register(new Listener(space, 1, "y"));
        register(new Listener(space, 2, "y", 1, null));
        register(new Listener(space, 3, "y"));
        assertThat(space.notifiers.testYoung(space.mm, 0x1000, Callbacks.WHY)).isTrue();
        assertThat(space.heard).containsExactly("young? 3", "young? 2");
        space.heard.clear();
        assertThat(space.notifiers.clearFlushYoung(space.mm, 0x1000, 0x2000, Callbacks.WHY)).isTrue();
        assertThat(space.heard).containsExactly("young? 3", "young? 2", "young? 1");
    }

    // --- ranges that may not block ---

    @Test
    void nobodyIsSaidToSleepInARangeThatMayNotBlock() {
        register(new Listener(space, 1, "se"));
        space.interval(2, 0x1000, 0x1000);
        space.end(Objects.requireNonNull(startNonblock()));
        assertThat(space.heard).containsExactly("invalidate 2", "start 1", "end 1", "closed");
    }

    @Test
    void anIntervalThatRefusesEndsTheWindowBeforeTheListHears() {
        register(new Listener(space, 1, "se"));
        space.interval(2, 0x1000, 0x800);
        space.notifiers.insertInterval(space.mm,
                new MmuIntervalNotifier(3, new Callbacks.Sleeper(space, 3, false)), 0x1800, 0x800);
        space.interval(4, 0x1900, 0x100);
        assertThat(startNonblock()).isNull();
        assertThat(space.heard).containsExactly("invalidate 2", "invalidate 3", "closed");
        assertThat(space.mm.activeInvalidateRanges()).isZero();
        assertThat(space.mm.invalidateSeq()).isEqualTo(4);
    }

    /** R-NONBLOCK: whoever has an end gets it, and all have been started. */
    @Test
    void aRefusalInTheListStartsAllAndEndsThoseThatHaveAnEnd() {
        register(new Listener(space, 1, "se"));
        register(new Listener(space, 2, "s", MmuNotifier.WOULD_BLOCK, null));
        register(new Listener(space, 3, "se"));
        assertThat(startNonblock()).isNull();
        assertThat(space.heard).containsExactly("start 3", "start 2", "start 1", "end 3", "end 1", "closed");
        assertThat(space.warnings).isEmpty();
    }

    @Test
    void whoeverRefusesMustNotHaveAnEnd() {
        register(new Listener(space, 1, "se", MmuNotifier.WOULD_BLOCK, null));
        assertThat(startNonblock()).isNull();
        assertThat(space.heard).containsExactly("start 1", "end 1", "closed");
        assertThat(space.warnings).containsExactly("unmap_vmas 1");
    }

    @Test
    void anIntervalThatRefusesAlthoughItMaySleepIsWarnedAboutAndPassedOver() {
        space.notifiers.insertInterval(space.mm,
                new MmuIntervalNotifier(1, new Callbacks.Sleeper(space, 1, true)), 0x1000, 0x1000);
        space.interval(2, 0x1000, 0x1000);
        space.end(space.start(0x1000, 0x2000));
        assertThat(space.heard).containsExactly("may sleep 1", "invalidate 1", "may sleep 2", "invalidate 2", "closed");
        assertThat(space.warnings).containsExactly("unmap_vmas 1");
    }

    /** B-ITREE-LEAK: the readers of intervals sleep for ever afterwards. */
    @Test
    void aRefusalInTheListLeavesTheWindowOfTheIntervalsOpen() {
        register(new Listener(space, 1, "s", MmuNotifier.WOULD_BLOCK, null));
        MmuIntervalNotifier sub = space.interval(2, 0x1000, 0x1000);
        assertThat(startNonblock()).isNull();
        assertThat(space.mm.activeInvalidateRanges()).isEqualTo(1);
        assertThat(space.notifiers.readBegin(sub)).isEqualTo(MmuNotifiers.NEVER);
    }

    @Test
    void withoutTheLeakTheWindowOfTheIntervalsIsClosed() {
        Set<VersionRule> rules = EnumSet.copyOf(KernelVersion.V6_12.rules());
        rules.remove(VersionRule.FAILED_START_LEAKS_INTERVAL_WINDOW);
        Callbacks fixed = Callbacks.of(new KernelVersion("fixed", KernelVersion.V7_3.release(), rules));
        fixed.notifiers.register(fixed.mm, new Listener(fixed, 1, "s", MmuNotifier.WOULD_BLOCK, null));
        MmuIntervalNotifier sub = fixed.interval(2, 0x1000, 0x1000);
        assertThat(startNonblock(fixed)).isNull();
        assertThat(fixed.mm.activeInvalidateRanges()).isZero();
        assertThat(fixed.notifiers.readBegin(sub)).isEqualTo(3);
    }

    // --- life ---

    private MmuNotifier get(MmuNotifierOps ops) {
        return Objects.requireNonNull(space.notifiers.get(space.mm, ops).notifier());
    }

    @Test
    void getFindsTheSubscriberOfItsOpsAndPutFreesItAfterTheLastUser() {
        MmuNotifierOps[] ops = new MmuNotifierOps[1];
        ops[0] = mm -> new Listener(space, 1, "se", 0, ops[0]);
        MmuNotifier first = get(ops[0]);
        MmuNotifier again = get(ops[0]);
        MmuNotifier other = get(mm -> new Listener(space, 2, "se"));
        assertThat(again).isSameAs(first);
        assertThat(other).isNotSameAs(first);
        space.notifiers.put(space.mm, first);
        space.end(space.start(0, 0x1000));
        assertThat(space.heard).contains("start 1");
        space.heard.clear();
        space.notifiers.put(space.mm, first);
        space.end(space.start(0, 0x1000));
        assertThat(space.heard).doesNotContain("start 1", "release 1", "free 1");
        space.notifiers.synchronize();
        assertThat(space.heard).contains("free 1");
        space.notifiers.put(space.mm, first);
        assertThat(space.warnings).containsExactly("mmu_notifier_put 1");
    }

    @Test
    void getOverflows() {
        MmuNotifierOps[] ops = new MmuNotifierOps[1];
        ops[0] = mm -> new Listener(space, 1, "se", 0, ops[0]);
        MmuNotifier subscriber = get(ops[0]);
        space.mm.setUsers(subscriber, -1);
        assertThat(space.notifiers.get(space.mm, ops[0])).isEqualTo(new NotifierReference(null, EOVERFLOW));
    }

    @Test
    void aSubscriberThatIsRefusedIsFreedAgain() {
        NotifierReference refused = space.notifiers.get(space.mm, mm -> new Listener(space, 1, "set"));
        assertThat(refused).isEqualTo(new NotifierReference(null, -22));
        assertThat(space.heard).containsExactly("free 1");
    }

    @Test
    void unregisterReleasesAndNothingIsHeardAfterwards() {
        Listener subscriber = new Listener(space, 1, "se");
        register(subscriber);
        space.notifiers.unregister(space.mm, subscriber);
        assertThat(space.heard).containsExactly("release 1");
        space.end(space.start(0, 0x1000));
        assertThat(space.heard).containsExactly("release 1", "closed");
    }

    @Test
    void exitReleasesIntervalsThenTheListAndUnregisterAfterwardsOnlyWaits() {
        Listener older = new Listener(space, 1, "se");
        register(older);
        register(new Listener(space, 2, "se"));
        space.interval(3, 0x1000, 0x1000);
        space.notifiers.release(space.mm);
        assertThat(space.heard).containsExactly("may sleep 3", "invalidate 3", "may sleep 2", "release 2",
                "may sleep 1",
                "release 1");
        space.heard.clear();
        space.end(space.start(0, -1));
        space.notifiers.unregister(space.mm, older);
        assertThat(space.heard).as("the interval is still in the tree").containsExactly("may sleep 3", "invalidate 3",
                "closed");
    }

    @Test
    void theContainerLivesUntilTheLastReferenceIsGone() {
        Listener subscriber = new Listener(space, 1, "se");
        register(subscriber);
        MmuIntervalNotifier sub = space.interval(2, 0x1000, 0x1000);
        space.notifiers.release(space.mm);
        space.notifiers.drop(space.mm);
        space.notifiers.unregister(space.mm, subscriber);
        assertThat(space.mm.isDestroyed()).isFalse();
        space.notifiers.removeInterval(sub);
        assertThat(space.mm.isDestroyed()).isTrue();
    }

    @Test
    void nobodyRegistersAfterTheLastUserIsGone() {
        space.notifiers.release(space.mm);
        assertThatThrownBy(() -> space.notifiers.register(space.mm, new Listener(space, 1, "se")))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("mm_users is 0");
    }

    @Test
    void aCallbackMustNotWaitForCallbacks() {
        space.notifiers.register(space.mm, new Listener(space, 1, "sw"));
        assertThatThrownBy(() -> space.start(0, 0x1000)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("waits for all callbacks");
    }

    @Test
    void theOwnerIsKnownOnlyToTheWindowsThatHaveOne() {
        space.interval(1, 0, 0x1000);
        MmuNotifierRange owned = space.notifiers.rangeStart(space.mm, EventType.MIGRATE, 0, 0x1000, 7, Callbacks.WHY);
        assertThat(owned.owner()).isEqualTo(7);
        space.end(owned);
        MmuNotifierRange plain = space.start(0, 0x1000);
        assertThat(plain.owner()).isEqualTo(MmuNotifierRange.NO_OWNER);
        space.end(plain);
    }
}
