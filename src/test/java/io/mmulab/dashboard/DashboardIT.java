package io.mmulab.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.FileSystemResource;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.dashboard.Dashboard.Query;
import io.mmulab.testdb.TestDatabase;

/** Every query of the dashboards, on the schema and the metrics of the running service. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
@Import(TestDatabase.class)
class DashboardIT {
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? \\S+");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"");
    /** What Prometheus adds to what it scrapes. */
    private static final Set<String> OF_PROMETHEUS = Set.of("up");

    @Autowired
    private RestTestClient http;

    @Autowired
    private DataSource database;

    @LocalServerPort
    private int port;

    /** On H2 it is left out, which the report says: the dashboards ask PostgreSQL. */
    @Test
    @Tag("postgres")
    void everySqlQueryReturnsRowsOnPostgres() throws SQLException {
        work();
        Map<String, String> wrong = new LinkedHashMap<>();
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            List<String> designs = new ArrayList<>();
            for (Query query : Dashboard.queries(Dashboard.POSTGRES)) {
                try (Statement statement = connection.createStatement()) {
                    // What config/postgres gives to Grafana's role.
                    statement.execute("set local role pg_read_all_data");
                    ResultSet rows = statement.executeQuery(macros(designs).sql(query.text()));
                    if (!rows.next()) {
                        wrong.put(query.where(), "no row");
                    } else if (query.timeSeries() && !rows.getMetaData().getColumnName(1).equals("time")) {
                        wrong.put(query.where(), "no column time");
                    }
                    if (query.where().endsWith("variable design")) {
                        do {
                            designs.add(rows.getString(1));
                        } while (rows.next());
                    }
                } catch (SQLException e) {
                    wrong.put(query.where(), String.valueOf(e.getMessage()));
                }
                connection.rollback();
            }
            assertThat(designs).contains("linux-6.3");
        }
        assertThat(wrong).isEmpty();
    }

    /** Needs a prometheus on the PATH, and so is chosen only by {@code -Dit.without=nothing}; .ci/run installs it. */
    @Test
    @Tag("prometheus")
    void everyPromQlQueryReturnsRowsFromPrometheus(@TempDir Path directory) throws Exception {
        List<String> wrong = new ArrayList<>();
        work();
        try (var prometheus = PrometheusServer.start("127.0.0.1:" + port, directory)) {
            // A counter grows between two scrapes.
            assertThat(prometheus.rows("count_over_time(mmulab_faults_total[1m]) > 1").isEmpty()).isFalse();
            work();
            for (Query query : Dashboard.queries(Dashboard.PROMETHEUS)) {
                String text = asked(query);
                JsonNode rows = prometheus.rows(text);
                boolean numbers = rows.valueStream().anyMatch(row -> !row.at("/value/1").asString().equals("NaN"));
                if (rows.isEmpty() || !numbers) {
                    wrong.add(query.where() + ": " + text + ": " + rows);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static String asked(Query query) {
        Matcher variable = Pattern.compile("label_values\\((\\w+), (\\w+)\\)").matcher(query.text());
        return variable.matches() ? "count by (%2$s) (%1$s)".formatted(variable.group(1), variable.group(2))
                : macros(List.of()).promQl(query.text());
    }

    /** What can be said without Prometheus: a query that names something else would find nothing. */
    @Test
    void everyMetricAndLabelThatPromQlNamesIsInTheScrapedPage() {
        work();
        Map<String, Set<String>> scraped = scrape();
        List<String> wrong = new ArrayList<>();
        for (Query query : Dashboard.queries(Dashboard.PROMETHEUS)) {
            PromQl.metrics(query.text()).forEach((metric, labels) -> {
                Set<String> there = scraped.get(metric);
                if (!OF_PROMETHEUS.contains(metric) && (there == null || !there.containsAll(labels))) {
                    wrong.add(query.where() + ": " + metric + labels + ", scraped: " + there);
                }
            });
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void metricsCountWhatWasStored() {
        double rows = sum("mmulab_history_rows_total");
        double zaps = sum("mmulab_spurious_zaps_total");
        double violations = sum("mmulab_violations_total");
        String comparison = work();
        JsonNode[] cells = cells(comparison);
        assertThat(sum("mmulab_spurious_zaps_total") - zaps).isEqualTo(total(cells, "spuriousZaps")).isPositive();
        assertThat(sum("mmulab_violations_total") - violations).isGreaterThanOrEqualTo(1);
        assertThat(sum("mmulab_history_rows_total") - rows).isGreaterThan(total(cells, "events"));
        assertThat(sum("mmulab_history_chunks_pending")).isZero();
    }

    // --- what is watched ---

    /** The thread's case on Linux 6.3, by hand; a trace on two designs. Returns the comparison's table. */
    private String work() {
        String machine = Objects.requireNonNull(post("/api/v1/machines", """
                {"architecture": "arm64", "kernelDesign": "linux-6.3",
                 "devices": [{"name": "smmu", "model": "smmuv3-sva"}]}""").expectStatus().isCreated().expectBody()
                .returnResult().getResponseHeaders().getLocation()).getPath();
        post(machine + "/operations", """
                [{"op": "mmap", "mm": 1, "address": "0x7f0000000000", "length": "4k",
                  "prot": ["PROT_READ", "PROT_WRITE"], "flags": ["MAP_PRIVATE", "MAP_ANONYMOUS"]},
                 {"op": "access", "mm": 1, "address": "0x7f0000000000", "access": "WRITE"},
                 {"op": "fork", "mm": 1},
                 {"op": "deviceAccess", "device": "smmu", "address": "0x7f0000000000", "access": "READ"},
                 {"op": "exit", "mm": 2},
                 {"op": "access", "mm": 1, "address": "0x7f0000000000", "access": "WRITE"},
                 {"op": "deviceAccess", "device": "smmu", "address": "0x7f0000000000", "access": "WRITE"}]""")
                .expectStatus().is2xxSuccessful();
        var form = new LinkedMultiValueMap<String, Object>();
        form.add("trace", new FileSystemResource("src/test/resources/traces/bash-fork.strace"));
        form.add("architectures", "arm64");
        form.add("kernelDesigns", "linux-6.3");
        form.add("devices", "kvm");
        return Objects.requireNonNull(http.post().uri("/api/v1/comparisons").contentType(MediaType.MULTIPART_FORM_DATA)
                .body(form).exchange().expectStatus().is2xxSuccessful().expectBody(String.class).returnResult()
                .getResponseBody());
    }

    private RestTestClient.ResponseSpec post(String path, String body) {
        return http.post().uri(path).contentType(MediaType.APPLICATION_JSON).body(body).exchange();
    }

    private static JsonNode[] cells(String comparison) {
        JsonNode cells = new JsonMapper().readTree(comparison).at("/table/cells");
        return cells.valueStream().toArray(JsonNode[]::new);
    }

    private static double total(JsonNode[] cells, String field) {
        double total = 0;
        for (JsonNode cell : cells) {
            total += cell.get(field).asDouble();
        }
        return total;
    }

    private static GrafanaMacros macros(List<String> designs) {
        Instant now = Instant.now();
        return new GrafanaMacros(now.minus(Duration.ofHours(1)), now.plus(Duration.ofMinutes(1)), Duration.ofMinutes(1),
                designs);
    }

    // --- the scraped page ---

    private String page() {
        return Objects.requireNonNull(http.get().uri("/actuator/prometheus").exchange().expectStatus().isOk()
                .expectBody(String.class).returnResult().getResponseBody());
    }

    /** Labels by metric, of all its samples. */
    private Map<String, Set<String>> scrape() {
        Map<String, Set<String>> metrics = new LinkedHashMap<>();
        page().lines().map(SAMPLE::matcher).filter(Matcher::matches).forEach(sample -> {
            Set<String> labels = metrics.computeIfAbsent(sample.group(1), name -> new TreeSet<>());
            if (sample.group(2) != null) {
                LABEL.matcher(sample.group(2)).results().forEach(label -> labels.add(label.group(1)));
            }
        });
        return metrics;
    }

    private double sum(String metric) {
        return page().lines().filter(line -> line.startsWith(metric + " ") || line.startsWith(metric + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }
}
