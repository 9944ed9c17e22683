package io.mmulab.kernel.design;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The releases of Linux that follow a rule: {@code [since, until)}, each as {@code 100 * major + minor}. As text:
 * {@code always}, {@code never}, {@code 6.10-} (from 6.10 on), {@code -6.13} (before 6.13), {@code 6.6-6.13}.
 */
public record Releases(int since, int until) {
    /** Every release. */
    public static final Releases ALWAYS = new Releases(0, Integer.MAX_VALUE);
    /** No release. */
    public static final Releases NEVER = new Releases(0, 0);

    /** What the text may look like, as a regular expression. */
    public static final String PATTERN =
            "always|never|\\d{1,2}\\.\\d{1,2}-(?:\\d{1,2}\\.\\d{1,2})?|-\\d{1,2}\\.\\d{1,2}";

    private static final String ALWAYS_TEXT = "always";
    private static final String NEVER_TEXT = "never";
    private static final Pattern RANGE = Pattern.compile("(?:(\\d{1,2})\\.(\\d{1,2}))?-(?:(\\d{1,2})\\.(\\d{1,2}))?");
    private static final int MAJOR = 100;

    /** A release and all later ones. */
    public static Releases since(int release) {
        return new Releases(release, Integer.MAX_VALUE);
    }

    /** Whether a release, as {@code 100 * major + minor}, follows the rule. */
    public boolean contains(int release) {
        return release >= since && release < until;
    }

    /**
     * Reads the text.
     *
     * @throws IllegalArgumentException whose message says what it should look like
     */
    public static Releases parse(String text) {
        Matcher range = RANGE.matcher(text);
        if (text.equals(ALWAYS_TEXT)) {
            return ALWAYS;
        }
        if (text.equals(NEVER_TEXT)) {
            return NEVER;
        }
        if (text.equals("-") || !range.matches()) {
            throw new IllegalArgumentException(
                    "must be always, never, or releases as 6.10- (from 6.10 on), -6.13 (before 6.13) or 6.6-6.13");
        }
        int from = range.group(1) == null ? 0 : release(range.group(1), range.group(2));
        int to = range.group(3) == null ? Integer.MAX_VALUE : release(range.group(3), range.group(4));
        return new Releases(from, to);
    }

    private static int release(String major, String minor) {
        return Integer.parseInt(major) * MAJOR + Integer.parseInt(minor);
    }

    @Override
    public String toString() {
        if (until <= since) {
            return NEVER_TEXT;
        }
        String from = since == 0 ? "" : name(since);
        String to = until == Integer.MAX_VALUE ? "" : name(until);
        return from.isEmpty() && to.isEmpty() ? ALWAYS_TEXT : from + "-" + to;
    }

    private static String name(int release) {
        return release / MAJOR + "." + release % MAJOR;
    }
}
