package io.mmulab.dashboard;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which metrics and which of their labels a query of the dashboards names. Not a parser of PromQL: it knows their style. */
final class PromQl {
    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without)\\s*\\(([^)]*)\\)");
    private static final Pattern SELECTOR =
            Pattern.compile("(" + NAME + ")(?:\\{([^}]*)\\})?(?![a-zA-Z0-9_:(]|\\s*\\()");
    private static final Pattern MATCHER = Pattern.compile("(" + NAME + ")\\s*(?:=~|!~|!=|=)\\s*\"[^\"]*\"");
    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
    private static final Pattern VARIABLE = Pattern.compile("label_values\\((" + NAME + "),\\s*(" + NAME + ")\\)");

    private PromQl() {}

    /** Labels by metric; a label to group by is one of each metric of its query. */
    static Map<String, Set<String>> metrics(String query) {
        Matcher variable = VARIABLE.matcher(query);
        if (variable.matches()) {
            return Map.of(variable.group(1), Set.of(variable.group(2)));
        }
        Set<String> grouped = new TreeSet<>();
        String rest = GROUPING.matcher(query).replaceAll(match -> {
            for (String label : match.group(1).split(",", -1)) {
                grouped.add(label.strip());
            }
            return " ";
        });
        rest = RANGE.matcher(rest).replaceAll("");
        Map<String, Set<String>> metrics = new TreeMap<>();
        Matcher selector = SELECTOR.matcher(rest);
        while (selector.find()) {
            Set<String> labels = new TreeSet<>(grouped);
            if (selector.group(2) != null) {
                MATCHER.matcher(selector.group(2)).results().forEach(match -> labels.add(match.group(1)));
            }
            metrics.put(selector.group(1), labels);
        }
        return metrics;
    }
}
