package io.mmulab.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceFormatTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\n\n", "hello\nworld\n", "==1== Memcheck, a memory error detector\n", "{\"name\": 1}\n",
                "Main() \n", "int main() {\n", "55d6640a7000-55d6640a9000 r--p 00000000 fe:00 260131 /usr/bin/cat\n",
                "--- a/file\n+++ b/file\n"})
    void whatIsNoTraceIsNotGuessed(final String text) {
        assertThat(TraceFormat.detect(text.getBytes(UTF_8))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"brk(NULL) = 0x1000\n", "7 brk(NULL) = 0x1000 <0.000030>\n", "7 +++ exited with 0 +++\n",
        "[pid 7] 01:32:00 wait4(-1,  <unfinished ...>\n", "7 execve(\"/usr/bin/gcc\", [\"gc"})
    void straceIsKnownByOneLine(final String text) {
        assertThat(TraceFormat.detect(text.getBytes(UTF_8))).contains(TraceFormat.STRACE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"I  0401ab70,3\n", "==7== Lackey, an example Valgrind tool\n", "noise\n S 1fff000758,8\n",
        "SYSCALL[7,1](12) sys_brk ( 0x0 ) --> [pre-success] Success(0x4035000) \n"})
    void lackeyIsKnownByOneLine(final String text) {
        assertThat(TraceFormat.detect(text.getBytes(UTF_8))).contains(TraceFormat.LACKEY);
    }

    @Test
    void beginningOfGzipWithoutTextIsNotGuessed() throws IOException {
        final byte[] gzip = TraceRecord.gzip("I  0401ab70,3\n".getBytes(UTF_8));
        assertThat(TraceFormat.detect(Arrays.copyOf(gzip, 3))).isEmpty();
        assertThat(TraceFormat.detect(gzip)).contains(TraceFormat.LACKEY);
    }

    @Test
    void codesOfKindsComeBackAsKinds() {
        for (final RecordKind kind : RecordKind.values()) {
            assertThat(RecordKind.of(kind.code())).isEqualTo(kind);
        }
    }

    @Test
    void limitsStateTheViolatedCondition() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TraceLimits(0, 1, 1, 64, 1, 2))
                .withMessage("maxBytes < 1");
        assertThatIllegalArgumentException().isThrownBy(() -> new TraceLimits(1, 1, 1, 63, 1, 2))
                .withMessageContaining("maxLineLength");
        assertThatIllegalArgumentException().isThrownBy(() -> new TraceBatch(0)).withMessage("capacity < 1");
    }
}
