package io.mmulab.dashboard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The queries of the dashboard files. */
final class Dashboard {
    static final Path DIRECTORY = Path.of("config/grafana/dashboards");
    static final String PROMETHEUS = "mmulab-prometheus";
    static final String POSTGRES = "mmulab-postgres";
    private static final JsonMapper JSON = new JsonMapper();

    private Dashboard() {}

    /**
     * A query of a panel, or of a variable.
     *
     * @param where file and title, for the reader of a failure
     * @param source uid of the data source
     * @param text as it is in the file, with macros
     * @param timeSeries whether Grafana expects a column named time
     */
    record Query(String where, String source, String text, boolean timeSeries) {
        @Override
        public String toString() {
            return where;
        }
    }

    /** All queries of a data source, in all files. */
    static List<Query> queries(String source) {
        return files().stream().flatMap(file -> queries(file).stream()).filter(query -> query.source().equals(source))
                .toList();
    }

    static List<Path> files() {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Query> queries(Path file) {
        JsonNode board = JSON.readTree(file);
        List<Query> queries = new ArrayList<>();
        String name = String.valueOf(file.getFileName());
        for (JsonNode variable : board.at("/templating/list")) {
            queries.add(new Query(name + ": variable " + variable.get("name").asString(),
                    variable.at("/datasource/uid").asString(), variable.get("query").asString(), false));
        }
        for (JsonNode panel : board.get("panels")) {
            for (JsonNode target : panel.get("targets")) {
                JsonNode text = target.has("rawSql") ? target.get("rawSql") : target.get("expr");
                queries.add(new Query(
                        name + ": " + panel.get("title").asString() + " " + target.get("refId").asString(),
                        target.at("/datasource/uid").asString(), text.asString(),
                        target.path("format").asString("").equals("time_series")));
            }
        }
        return queries;
    }
}
