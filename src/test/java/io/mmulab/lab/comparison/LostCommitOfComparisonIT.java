package io.mmulab.lab.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

import io.mmulab.history.DatabaseFailure;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.lab.comparison.ComparisonProgress.Status;
import io.mmulab.testdb.BreakingCommits;
import io.mmulab.testdb.BreakingCommits.Breaker;
import io.mmulab.testdb.BreakingCommits.Moment;
import io.mmulab.testdb.TestDatabase;

/** A comparison of one machine commits three times; each of them gets no answer once. Nothing goes on unless the test says so. */
@SpringBootTest(properties = {"mmulab.comparison.renewal=1h", "mmulab.comparison.patience=10m"})
@Import({TestDatabase.class, BreakingCommits.class})
class LostCommitOfComparisonIT {
    private static final int BEGIN = 1;
    private static final String SCRIPT = """
            mmap A 16 rw private-anon
            write A 0 7
            fork C
            write A 0 8
            munmap A 0 16
            """;

    @Autowired
    private Comparisons comparisons;

    @Autowired
    private Breaker breaker;

    @Autowired
    private JdbcTemplate jdbc;

    @ParameterizedTest
    @EnumSource
    void isThereOrNotWhenItsBeginningGotNoAnswer(Moment moment) throws IOException {
        ComparisonProgress undisturbed = start(SCRIPT);
        Set<String> before = ids(comparisons.list("", 1000));
        breaker.breakCommit(BEGIN, moment);
        assertThatThrownBy(() -> start(SCRIPT)).matches(DatabaseFailure::isAway);
        assertThat(breaker.left()).isZero();
        List<ComparisonProgress> begun =
                comparisons.list("", 1000).stream().filter(one -> !before.contains(one.id())).toList();
        assertThat(begun).hasSize(moment == Moment.BEFORE_THE_ANSWER ? 1 : 0);
        for (ComparisonProgress one : begun) {
            assertThat(goOn(one).status()).isEqualTo(Status.DONE);
            assertThat(events(one)).isNotEmpty().isEqualTo(events(undisturbed));
        }
    }

    private static Set<String> ids(List<ComparisonProgress> all) {
        return all.stream().map(ComparisonProgress::id).collect(Collectors.toSet());
    }

    @ParameterizedTest
    @CsvSource({"2, BEFORE_THE_DATABASE_HAS_IT", "2, BEFORE_THE_ANSWER", "3, BEFORE_THE_DATABASE_HAS_IT",
        "3, BEFORE_THE_ANSWER"})
    void endsWithTheSameEventsWhenACommitOfItGotNoAnswer(int commit, Moment moment) throws IOException {
        ComparisonProgress undisturbed = start(SCRIPT);
        assertThat(undisturbed.status()).isEqualTo(Status.DONE);
        breaker.breakCommit(commit, moment);
        ComparisonProgress broken = start(SCRIPT);
        assertThat(breaker.left()).isZero();
        assertThat(broken.status()).isEqualTo(Status.RUNNING);
        ComparisonProgress end = goOn(broken);
        assertThat(end.status()).isEqualTo(Status.DONE);
        assertThat(String.valueOf(end.table()).replace(end.id(), undisturbed.id()))
                .isEqualTo(String.valueOf(undisturbed.table()));
        assertThat(events(end)).isNotEmpty().isEqualTo(events(undisturbed));
    }

    /** The second commit, as it makes no events, is that of its end. */
    @ParameterizedTest
    @EnumSource
    void failsForTheSameReasonWhenItsEndGotNoAnswer(Moment moment) throws IOException {
        breaker.breakCommit(2, moment);
        ComparisonProgress broken = start(null, List.of(new Operation.Fork(77)));
        assertThat(breaker.left()).isZero();
        ComparisonProgress end = goOn(broken);
        assertThat(end.status()).isEqualTo(Status.FAILED);
        assertThat(end.problem()).isNotNull();
        assertThat(jdbc.queryForList("select id from machine where comparison = ?", end.id())).isEmpty();
    }

    /** Otherwise it would go on for ever. */
    @Test
    void failsWhenTheDatabaseRefusesWhatItStores() throws IOException {
        ComparisonProgress before = start(SCRIPT);
        breaker.refuseCommit(2);
        assertThatThrownBy(() -> start(SCRIPT)).isInstanceOf(ComparisonFailedException.class);
        ComparisonProgress end = comparisons.list(before.id(), 10).getFirst();
        assertThat(end.status()).isEqualTo(Status.FAILED);
        assertThat(jdbc.queryForList("select id from machine where comparison = ?", end.id())).isEmpty();
    }

    /** As one that another process runs. */
    @Test
    void isCancelledWhereItDoesNotRun() throws IOException {
        ComparisonProgress before = start(SCRIPT);
        breaker.breakCommit(BEGIN, Moment.BEFORE_THE_ANSWER);
        assertThatThrownBy(() -> start(SCRIPT)).matches(DatabaseFailure::isAway);
        ComparisonProgress begun = comparisons.list(before.id(), 10).getFirst();
        assertThat(comparisons.cancel(begun.id())).isTrue();
        assertThat(goOn(begun).status()).isEqualTo(Status.CANCELLED);
        assertThat(jdbc.queryForList("select id from machine where comparison = ?", begun.id())).isEmpty();
        assertThat(comparisons.cancel(begun.id())).isFalse();
    }

    private ComparisonProgress start(String script) throws IOException {
        return start(script, null);
    }

    private ComparisonProgress start(@Nullable String script, @Nullable List<Operation> operations)
            throws IOException {
        return comparisons.start(new ComparisonRequest(List.of("arm64"), List.of("linux-6.6"), List.of("kvm"), null,
                null, null, operations, script), null);
    }

    private ComparisonProgress goOn(ComparisonProgress comparison) {
        comparisons.renewAndGoOn();
        return await().atMost(Duration.ofMinutes(10)).until(
                () -> comparisons.find(comparison.id()).orElseThrow(), now -> now.status() != Status.RUNNING);
    }

    /** In order; what differs between two runs is left out. */
    private List<Map<String, @Nullable Object>> events(ComparisonProgress comparison) {
        return jdbc.queryForList("""
                select e.seq, e.operation, e.simulated_ns, e.range_start, e.range_end, e.kind, e.entries, e.subscriber
                from notifier_event e join machine m on m.number = e.machine where m.comparison = ?
                order by e.machine, e.seq
                """, comparison.id());
    }
}
