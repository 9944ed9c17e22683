package io.mmulab.kernel.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ActorTest {
    static List<LockKind> kinds() {
        return List.of(LockKind.MMAP_READ, LockKind.MMAP_WRITE, LockKind.VMA_READ, LockKind.PTL);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aLockThatIsNotHeldCannotBeReleased(LockKind kind) {
        var actor = new Actor();
        kinds().stream().filter(other -> !other.equals(kind)).forEach(actor::lock);

        assertThatThrownBy(() -> actor.unlock(kind)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(kind.name());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void locksNestByCount(LockKind kind) {
        var actor = new Actor();
        actor.lock(kind);
        actor.lock(kind);
        actor.unlock(kind);

        assertThat(actor.holdsAny()).isTrue();
        actor.unlock(kind);
        assertThat(actor.holdsAny()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void locksThatAreNeverReleasedAreSeenHoweverManyTheyAre(LockKind kind) {
        var actor = new Actor();
        for (int i = 1; i <= 1 << 17; i++) {
            actor.lock(kind);
            assertThat(actor.holdsAny()).as("after %d", i).isTrue();
        }
    }

    @Test
    void onlyThePageTableLockIsASpinlock() {
        for (LockKind kind : kinds()) {
            var actor = new Actor();
            actor.lock(kind);

            assertThat(actor.inAtomic()).isEqualTo(kind.equals(LockKind.PTL));
        }
    }
}
