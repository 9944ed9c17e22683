package io.mmulab.kernel.hugetlb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.paging.Frames;

class HstateTest {
    private final Frames frames = new Frames(64 * 512);
    private final HugetlbPools pools = new HugetlbPools(Architecture.X86_64, frames, 2);
    private final Hstate pool = pools.defaultPool();

    private void assertPool(long total, long free, long reserved, long surplus) {
        assertThat(pool).hasToString(
                "2048 KiB: total %d free %d rsvd %d surp %d".formatted(total, free, reserved, surplus));
    }

    private HugeFolio take(boolean useReservation) {
        return Objects.requireNonNull(pool.take(useReservation, Hstate.ANY_NODE));
    }

    @Test
    void eachArchitectureHasItsSizes() {
        assertThat(pools.all()).extracting(Hstate::size).containsExactly(2L << 20, 1L << 30);
        HugetlbPools arm64 = new HugetlbPools(Architecture.ARM64, new Frames(1), 1);
        assertThat(arm64.all()).extracting(Hstate::size).containsExactly(64L << 10, 2L << 20, 32L << 20, 1L << 30);
        assertThat(arm64.ofSizeLog(0)).isSameAs(arm64.defaultPool());
        assertThat(arm64.ofSizeLog(25)).isSameAs(arm64.ofSize(32L << 20));
        assertThat(arm64.ofSizeLog(22)).isNull();
    }

    @Test
    void growingTakesMemoryAndShrinkingGivesItBack() {
        pools.setSize(pool, 4);
        assertPool(4, 4, 0, 0);
        assertThat(frames.inUse()).isEqualTo(4 * 512);
        pools.setSize(pool, 1);
        assertPool(1, 1, 0, 0);
        assertThat(frames.inUse()).isEqualTo(512);
    }

    @Test
    void growingStopsWhereMemoryEnds() {
        pools.setSize(pool, 1_000);
        assertThat(pool.total()).isBetween(63L, 64L);
        assertThat(pool.free()).isEqualTo(pool.total());
    }

    @Test
    void aPoolDoesNotShrinkBelowWhatIsReservedOrUsed() {
        pools.setSize(pool, 4);
        assertThat(pool.account(1)).isTrue();
        HugeFolio used = take(false);
        pools.setSize(pool, 0);
        assertPool(2, 1, 1, 2);
        frames.put(used.head);
        assertPool(1, 1, 1, 1);
        pool.account(-1);
        assertPool(0, 0, 0, 0);
        assertThat(frames.inUse()).isZero();
    }

    @Test
    void growingAPoolOfSurplusPagesKeepsThem() {
        pools.setSize(pool, 2);
        HugeFolio first = take(false);
        HugeFolio second = take(false);
        pools.setSize(pool, 0);
        assertPool(2, 0, 0, 2);
        pools.setSize(pool, 2);
        assertPool(2, 0, 0, 0);
        frames.put(first.head);
        frames.put(second.head);
        assertPool(2, 2, 0, 0);
    }

    @Test
    void whatIsReservedIsOnlyForThoseWhoReserved() {
        pools.setSize(pool, 1);
        assertThat(pool.account(1)).isTrue();
        assertThat(pool.take(false, Hstate.ANY_NODE)).isNull();
        HugeFolio mine = take(true);
        assertPool(1, 0, 0, 0);
        assertThat(mine.restoreReserve).isTrue();
        frames.put(mine.head);
        assertPool(1, 1, 1, 0);
    }

    @Test
    void aReservationFailsAsAWhole() {
        pools.setSize(pool, 2);
        pools.setOvercommit(pool, 1);
        assertThat(pool.account(4)).isFalse();
        assertPool(2, 2, 0, 0);
        assertThat(pool.account(3)).isTrue();
        assertPool(3, 3, 3, 1);
        assertThat(pool.account(-3)).isTrue();
        assertPool(2, 2, 0, 0);
    }

    @Test
    void surplusPagesServeFaultsWithoutReservation() {
        pools.setOvercommit(pool, 1);
        HugeFolio surplus = take(false);
        assertPool(1, 0, 0, 1);
        assertThat(pool.take(false, Hstate.ANY_NODE)).isNull();
        frames.put(surplus.head);
        assertPool(0, 0, 0, 0);
    }

    @Test
    void giganticPagesAreNeverSurplus() {
        Hstate gigantic = Objects.requireNonNull(pools.ofSize(1L << 30));
        pools.setOvercommit(gigantic, 1);
        assertThat(gigantic.take(false, Hstate.ANY_NODE)).isNull();
    }

    @Test
    void pagesComeFromTheNodeOfTheCpuFirst() {
        pools.setSize(pool, 4);
        assertThat(take(false).node).isZero();
        assertThat(take(false).node).isZero();
        assertThat(take(false).node).isEqualTo(1);
    }

    @Test
    void aPageFreedLastIsUsedFirst() {
        pools.setSize(pool, 4);
        HugeFolio one = take(false);
        take(false);
        frames.put(one.head);
        assertThat(take(false).head).isEqualTo(one.head);
    }

    @Test
    void migrationTakesAPageOfTheOtherNodeAndGivesTheOldOneBack() {
        pools.setSize(pool, 2);
        HugeFolio old = take(false);
        HugeFolio fresh = Objects.requireNonNull(pool.takeForMigration(1));
        pool.migrated(old, fresh);
        frames.put(old.head);
        assertThat(fresh.node).isEqualTo(1);
        assertPool(2, 1, 0, 0);
    }

    @Test
    void migrationToANodeWithoutFreePagesReplacesThePage() {
        pools.setSize(pool, 1);
        HugeFolio old = take(false);
        HugeFolio fresh = Objects.requireNonNull(pool.takeForMigration(1));
        assertPool(2, 0, 0, 0);
        pool.migrated(old, fresh);
        frames.put(old.head);
        assertPool(1, 0, 0, 0);
        frames.put(fresh.head);
        assertPool(1, 1, 0, 0);
    }

    @Test
    void aMountsMaximumAndMinimumHold() {
        pools.setSize(pool, 4);
        HugepageSubpool limited = Objects.requireNonNull(pools.mount(pool, 3, 2));
        assertPool(4, 4, 2, 0);
        assertThat(limited.getPages(3)).isEqualTo(1);
        assertThat(limited.getPages(1)).isEqualTo(HugepageSubpool.REFUSED);
        assertThat(limited.used()).isEqualTo(3);
        assertThat(limited.reserved()).isZero();
        assertThat(limited.putPages(3)).isEqualTo(1);
        assertThat(limited.reserved()).isEqualTo(2);
        assertThat(pools.mount(pool, HugepageSubpool.NONE, 3)).isNull();
    }

    @Test
    void aLongRandomHistoryKeepsEveryPromise() {
        Random random = new Random(11);
        Deque<HugeFolio> used = new ArrayDeque<>();
        long promised = 0;
        pools.setOvercommit(pool, 3);
        for (int i = 0; i < 20_000; i++) {
            switch (random.nextInt(6)) {
                case 0 -> pools.setSize(pool, random.nextInt(12));
                case 1 -> promised += pool.account(2) ? 2 : 0;
                case 2 -> {
                    long back = Math.min(promised, 1 + random.nextInt(2));
                    pool.account(-back);
                    promised -= back;
                }
                case 3 -> {
                    HugeFolio folio = pool.take(false, Hstate.ANY_NODE);
                    if (folio != null) {
                        used.add(folio);
                    }
                }
                case 4 -> {
                    if (promised > 0) {
                        HugeFolio folio = take(true);
                        folio.restoreReserve = false;
                        used.add(folio);
                        promised--;
                    }
                }
                default -> {
                    if (!used.isEmpty()) {
                        frames.put(used.remove().head);
                    }
                }
            }
            assertThat(pool.reserved()).isEqualTo(promised);
            assertThat(pool.free()).isGreaterThanOrEqualTo(pool.reserved());
            assertThat(pool.surplus()).isBetween(0L, pool.total());
            assertThat(pool.total() - pool.free()).isEqualTo(used.size());
            assertThat(frames.inUse()).isEqualTo(pool.total() * 512);
        }
    }
}
