package io.mmulab.kernel.design;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReleasesTest {

    @ParameterizedTest
    @CsvSource({"always, true, true, true", "never, false, false, false", "6.6-, false, true, true",
        "-6.12, true, true, false", "6.6-6.12, false, true, false"})
    void containsWhatTheTextSays(String text, boolean in61, boolean in66, boolean in612) {
        Releases releases = Releases.parse(text);
        assertThat(KernelVersion.V6_1.isIn(releases)).isEqualTo(in61);
        assertThat(KernelVersion.V6_6.isIn(releases)).isEqualTo(in66);
        assertThat(KernelVersion.V6_12.isIn(releases)).isEqualTo(in612);
        assertThat(releases).hasToString(text);
        assertThat(text).matches(Releases.PATTERN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "6.6", "6-", "x", "6.6-6.", "6.666-"})
    void refusesOtherTexts(String text) {
        assertThat(text).doesNotMatch(Releases.PATTERN);
        assertThatThrownBy(() -> Releases.parse(text)).hasMessageContaining("6.10-");
    }

    @Test
    void anEmptyRangeIsNever() {
        assertThat(new Releases(610, 606)).hasToString("never");
    }
}
