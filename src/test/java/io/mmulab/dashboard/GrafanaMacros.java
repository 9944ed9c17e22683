package io.mmulab.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What Grafana puts in place of its macros and variables before it asks a data source: the one place where these tests do
 * it too. Only what the dashboards use is here; what is left over makes a query fail.
 *
 * <p>Source of the SQL forms: Grafana's documentation of the PostgreSQL data source, "Macros"; of the others: "Global
 * variables", and "Variable syntax" for the list that a variable with several values becomes in SQL.
 *
 * @param from beginning of the dashboard's time range
 * @param to its end
 * @param interval the width of a point in time series
 * @param designs the values of the variable {@code $design}: those that its own query finds
 */
record GrafanaMacros(Instant from, Instant to, Duration interval, List<String> designs) {
    private static final Pattern TIME_GROUP = Pattern.compile("\\$__timeGroup\\(([^,()]+),\\s*([^,()]+)\\)");
    private static final Pattern TIME_FILTER = Pattern.compile("\\$__timeFilter\\(([^()]+)\\)");

    /** A query as PostgreSQL gets it. */
    String sql(String text) {
        String sql = text.replace("$__interval", "'" + interval.toSeconds() + "s'");
        sql = TIME_GROUP.matcher(sql).replaceAll(match -> Matcher.quoteReplacement(
                "floor(extract(epoch from %s)/%d)*%2$d".formatted(match.group(1), interval.toSeconds())));
        sql = TIME_FILTER.matcher(sql)
                .replaceAll(match -> match.group(1) + " BETWEEN '" + from + "' AND '" + to + "'");
        sql = sql.replace("$__timeFrom()", "'" + from + "'").replace("$__timeTo()", "'" + to + "'");
        return sql.replace("$design",
                designs.stream().map(design -> "'" + design + "'").collect(Collectors.joining(",")));
    }

    /** A query as Prometheus gets it. {@code $design} is what its dashboard says for "all". */
    String promQl(String text) {
        return text.replace("$__rate_interval", interval.toSeconds() + "s")
                .replace("$__range", Duration.between(from, to).toSeconds() + "s").replace("$design", ".+");
    }
}
