package io.mmulab.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

/** The Java that {@code docs/integration.md} shows is, line by line, part of a source that the page links and a test runs. */
class IntegrationPageTest {
    private static final Path PAGE = Path.of(System.getProperty("basedir", "."), "docs", "integration.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\n(.*?)^```$");
    private static final Pattern LINK = Pattern.compile("\\]\\((\\.\\./src/test/[^)]+\\.java)\\)");

    @Test
    void everyBlockIsPartOfALinkedSource() throws IOException {
        String page = Files.readString(PAGE);
        List<String> sources = new ArrayList<>();
        for (String link : groups(LINK, page)) {
            sources.add(withoutIndentation(Files.readString(PAGE.resolveSibling(link))));
        }
        assertThat(groups(BLOCK, page)).isNotEmpty().allSatisfy(
                block -> assertThat(sources).anyMatch(source -> source.contains("\n" + withoutIndentation(block))));
    }

    private static List<String> groups(Pattern pattern, String text) {
        return pattern.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
    }

    /** A region of a class stands further right in its source than on the page. */
    private static String withoutIndentation(String text) {
        return text.replaceAll("(?m)^ +", "");
    }
}
