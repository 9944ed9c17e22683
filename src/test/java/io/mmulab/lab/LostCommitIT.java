package io.mmulab.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.history.EventFilter;
import io.mmulab.history.EventHistory;
import io.mmulab.history.MachineHistory;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.secondary.DeviceFactory;
import io.mmulab.testdb.BreakingCommits;
import io.mmulab.testdb.BreakingCommits.Breaker;
import io.mmulab.testdb.BreakingCommits.Moment;
import io.mmulab.testdb.TestDatabase;

/** A change whose commit got no answer: the machine in memory is what the journal says, whichever it says. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "mmulab.comparison.renewal=1h")
@AutoConfigureRestTestClient
@Import({TestDatabase.class, BreakingCommits.class})
class LostCommitIT {
    private static final String MACHINES = "/api/v1/machines";
    private static final String NEW_MACHINE = """
            {"architecture": "arm64", "kernelDesign": "linux-6.6", "devices": [{"name": "smmu", "model": "smmuv3-sva"}]}
            """;
    private static final String TWO_CHANGES = """
            [{"op": "mmap", "mm": 1, "address": "0x7f0000000000", "length": "16k", "prot": ["PROT_READ", "PROT_WRITE"],
              "flags": ["MAP_PRIVATE", "MAP_ANONYMOUS", "MAP_FIXED"]},
             {"op": "deviceAccess", "device": "smmu", "address": "0x7f0000000000", "access": "WRITE"}]
            """;
    private static final String ANOTHER_CHANGE = """
            {"op": "munmap", "mm": 1, "address": "0x7f0000000000", "length": "8k"}
            """;
    private static final JsonMapper JSON = new JsonMapper();

    @Autowired
    private RestTestClient http;

    @Autowired
    private Breaker breaker;

    @Autowired
    private Machines machines;

    @Autowired
    private LiveMachines live;

    @Autowired
    private EventHistory events;

    /** What another process has of its own is only its memory. */
    @Autowired
    private MachineHistory history;

    @Autowired
    private Rebuilder rebuilder;

    @Autowired
    private Recorder recorder;

    @Autowired
    private Once once;

    @Autowired
    private DeviceFactory devices;

    @Autowired
    private Limits limits;

    @Autowired
    private MachineIds ids;

    @Autowired
    private Clock clock;

    @Autowired
    private TransactionTemplate transaction;

    private String id = "";

    @BeforeEach
    void machine() {
        id = id(post(MACHINES, NEW_MACHINE, null).expectStatus().isCreated());
    }

    @ParameterizedTest
    @EnumSource
    void theNextChangeFollowsWhatTheJournalSays(Moment moment) {
        long before = machines.find(id).operations();
        breaker.breakCommit(1, moment);
        unanswered(post(operations(), TWO_CHANGES, null));

        long stored = machines.find(id).operations();
        assertThat(stored).isEqualTo(moment == Moment.BEFORE_THE_ANSWER ? before + 2 : before);
        long now = machines.look(id, Machine::operations);
        assertThat(now).isEqualTo(stored);
        assertThat(firstOperation(post(operations(), ANOTHER_CHANGE, null))).isEqualTo(stored + 1);
        isAsItsJournalSays();
    }

    @ParameterizedTest
    @EnumSource
    void theNextChangeFollowsEvenWhereNobodyLookedAtTheMachine(Moment moment) {
        breaker.breakCommit(1, moment);
        unanswered(post(operations(), TWO_CHANGES, null));
        post(operations(), ANOTHER_CHANGE, null).expectStatus().isOk();
        isAsItsJournalSays();
    }

    /** Whose journal is as long as what this process thought to have done. */
    @Test
    void theNextChangeFollowsWhatAnotherProcessDidMeanwhile() {
        breaker.breakCommit(1, Moment.BEFORE_THE_DATABASE_HAS_IT);
        unanswered(post(operations(), TWO_CHANGES, null));
        Machines elsewhere = new Machines(history, new LiveMachines(limits), rebuilder, recorder, once, devices,
                limits, ids, clock, transaction);
        elsewhere.apply(id, List.of(new Operation.Fork(1), new Operation.Fork(1)));
        isAsItsJournalSays();
    }

    @ParameterizedTest
    @EnumSource
    void aKeyMakesTheChangeOnce(Moment moment) {
        long before = machines.find(id).operations();
        breaker.breakCommit(1, moment);
        String key = "change-" + id;
        unanswered(post(operations(), TWO_CHANGES, key));
        assertThat(firstOperation(post(operations(), TWO_CHANGES, key))).isEqualTo(before + 1);
        assertThat(firstOperation(post(operations(), TWO_CHANGES, key))).isEqualTo(before + 1);
        assertThat(machines.find(id).operations()).isEqualTo(before + 2);
        isAsItsJournalSays();
    }

    @ParameterizedTest
    @EnumSource
    void aKeyMakesAMachineOnce(Moment moment) {
        breaker.breakCommit(1, moment);
        String key = "machine-" + id;
        unanswered(post(MACHINES, NEW_MACHINE, key));
        String made = id(post(MACHINES, NEW_MACHINE, key).expectStatus().isCreated());
        assertThat(id(post(MACHINES, NEW_MACHINE, key).expectStatus().isCreated())).isEqualTo(made);
        assertThat(machines.list(id, 1000)).hasSize(1);
        id = made;
        isAsItsJournalSays();
    }

    @ParameterizedTest
    @EnumSource
    void aMachineIsDeletedOrNot(Moment moment) {
        breaker.breakCommit(1, moment);
        unanswered(http.delete().uri(MACHINES + "/" + id).exchange());
        if (moment == Moment.BEFORE_THE_ANSWER) {
            http.get().uri(MACHINES + "/" + id).exchange().expectStatus().isNotFound();
        } else {
            post(operations(), TWO_CHANGES, null).expectStatus().isOk();
            isAsItsJournalSays();
        }
    }

    /** In memory and rebuilt it is the same, and every event is there once. */
    private void isAsItsJournalSays() {
        long inMemory = machines.look(id, Machine::digest);
        live.clear();
        assertThat(machines.look(id, Machine::digest)).isEqualTo(inMemory);
        assertThat(events.find(EventFilter.ofMachine(id), 1000))
                .hasSize(Math.toIntExact(machines.find(id).lastEvent()));
    }

    private void unanswered(ResponseSpec answer) {
        answer.expectStatus().isEqualTo(503).expectHeader().exists(HttpHeaders.RETRY_AFTER).expectBody()
                .jsonPath("$.type").isEqualTo("/problems/database-away");
        assertThat(breaker.left()).isZero();
    }

    private String operations() {
        return MACHINES + "/" + id + "/operations";
    }

    private ResponseSpec post(String path, String body, @Nullable String key) {
        return http.post().uri(path).contentType(MediaType.APPLICATION_JSON)
                .headers(headers -> {
                    if (key != null) {
                        headers.set("Idempotency-Key", key);
                    }
                }).body(body).exchange();
    }

    private static String id(ResponseSpec made) {
        String path = Objects.requireNonNull(
                made.expectBody().returnResult().getResponseHeaders().getLocation()).getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static long firstOperation(ResponseSpec answer) {
        JsonNode outcomes =
                JSON.readTree(answer.expectStatus().isOk().expectBody().returnResult().getResponseBodyContent());
        return outcomes.get(0).get("operation").asLong();
    }
}
