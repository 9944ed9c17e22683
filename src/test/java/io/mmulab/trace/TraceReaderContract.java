package io.mmulab.trace;

import static io.mmulab.trace.TraceRecord.gzip;
import static io.mmulab.trace.TraceRecord.rest;
import static io.mmulab.trace.TraceRecord.strictly;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;

/** What every format's reader must do. A new format extends this with a sample of its own. */
abstract class TraceReaderContract {

    private static final TraceLimits LIMITS = TraceLimits.DEFAULT;

    abstract TraceFormat format();

    /** A correct trace of some tens of kilobytes that has all forms of lines. */
    abstract byte[] sample() throws IOException;

    /** A line that has no place in the format. */
    String malformedLine() {
        return "Segmentation fault";
    }

    @Test
    void emptyInputHasNoRecords() throws IOException {
        try (TraceReader reader = open(new byte[0])) {
            assertThat(reader.read(new TraceBatch())).isZero();
            assertThat(reader.statistics().lines()).isZero();
        }
    }

    @Test
    void gzipReadsLikePlainText() throws IOException {
        assertThat(strictly(format(), gzip(sample()))).isEqualTo(strictly(format(), sample()));
    }

    /** Parallel compressors write files of many members. */
    @Test
    void gzipOfTwoMembersIsReadToItsEnd() throws IOException {
        final byte[] text = sample();
        final int middle = text.length / 2;
        final byte[] first = gzip(Arrays.copyOf(text, middle));
        final byte[] second = gzip(Arrays.copyOfRange(text, middle, text.length));
        final byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);

        try (TraceReader reader = format().open(new OneByteAtATime(both))) {
            assertThat(rest(reader, 100)).isEqualTo(strictly(format(), text));
        }
    }

    @Test
    void truncatedGzipIsAnErrorThatNamesTheLineReached() throws IOException {
        final byte[] whole = gzip(sample());
        for (final Strictness strictness : Strictness.values()) {
            try (TraceReader reader = open(Arrays.copyOf(whole, whole.length / 2), strictness, LIMITS)) {
                final TraceException exception = failure(reader);
                assertThat(exception.problem()).contains("truncated");
                assertThat(exception.line()).isPositive().isEqualTo(reader.statistics().lines());
            }
        }
    }

    @Test
    void gzipThatEndsInItsHeaderIsAnError() throws IOException {
        final byte[] whole = gzip(sample());
        final TraceException exception = catchThrowableOfType(TraceException.class,
                () -> open(Arrays.copyOf(whole, 5)).close());
        assertThat(exception.line()).isZero();
        assertThat(exception.problem()).contains("truncated");
    }

    @Test
    void corruptGzipIsAnError() throws IOException {
        final byte[] whole = gzip(sample());
        Arrays.fill(whole, whole.length / 2, whole.length / 2 + 50, (byte) 0xff);
        try (TraceReader reader = open(whole)) {
            assertThat(failure(reader)).isNotNull();
        }
    }

    @Test
    void lastLineWithoutNewlineIsRefusedStrictlyWithItsText() throws IOException {
        final byte[] text = sample();
        final byte[] cut = Arrays.copyOf(text, text.length - 4);
        try (TraceReader reader = open(cut)) {
            final TraceException exception = failure(reader);
            assertThat(exception.line()).isEqualTo(lines(text));
            assertThat(exception.problem()).contains("cut");
            assertThat(exception.text()).isEqualTo(lastLine(cut));
            assertThat(exception.format()).isEqualTo(format());
            assertThat(exception.advice()).isNotEmpty();
        }
    }

    @Test
    void lastLineWithoutNewlineIsCountedLeniently() throws IOException {
        final byte[] text = sample();
        try (TraceReader reader = open(Arrays.copyOf(text, text.length - 1), Strictness.LENIENT, LIMITS)) {
            rest(reader, 100);
            assertThat(reader.statistics().malformed()).isEqualTo(1);
            assertThat(reader.statistics().lines()).isEqualTo(lines(text));
        }
    }

    @Test
    void overlongLineNamesTheLimit() throws IOException {
        final byte[] text = join("x".repeat(65) + "\n", sample());
        for (final Strictness strictness : Strictness.values()) {
            assertThat(breach(text, strictness, new TraceLimits(1 << 20, 250, 1000, 64, 10, 10)))
                    .contains("maxLineLength = 64");
        }
    }

    /** So long that it never fits the buffer. */
    @Test
    void endlessLineNamesTheLimit() throws IOException {
        assertThat(breach("x".repeat(1 << 20).getBytes(ISO_8859_1), Strictness.LENIENT, LIMITS))
                .contains("maxLineLength = 65536");
    }

    @Test
    void tooManyBytesNameTheLimit() throws IOException {
        final byte[] text = sample();
        final var limits = new TraceLimits(text.length - 1, 250, 1 << 20, 1 << 16, 1000, 1000);
        assertThat(breach(text, Strictness.LENIENT, limits)).contains("maxBytes = " + (text.length - 1));
    }

    @Test
    void tooManyLinesNameTheLimit() throws IOException {
        final byte[] text = sample();
        final long lines = lines(text);
        final var limits = new TraceLimits(1 << 30, 250, lines - 1, 1 << 16, 1000, 1000);
        assertThat(breach(text, Strictness.LENIENT, limits)).contains("maxLines = " + (lines - 1));
        final var enough = new TraceLimits(1 << 30, 250, lines, 1 << 16, 1000, 1000);
        try (TraceReader reader = open(text, Strictness.STRICT, enough)) {
            assertThat(rest(reader, 100)).isNotEmpty();
        }
    }

    @Test
    void gzipBombNamesTheLimit() throws IOException {
        final byte[] blanks = new byte[8 << 20];
        Arrays.fill(blanks, (byte) '\n');
        final var limits = new TraceLimits(1 << 30, 100, 1 << 30, 1 << 16, 1000, 1000);
        assertThat(breach(gzip(blanks), Strictness.LENIENT, limits)).contains("maxRatio = 100");
    }

    @Test
    void lenientCountsWhatStrictRefuses() throws IOException {
        final byte[] text = sample();
        final byte[] broken = join(malformedLine() + "\n", text);

        try (TraceReader strict = open(broken)) {
            final TraceException exception = failure(strict);
            assertThat(exception.line()).isEqualTo(1);
            assertThat(exception.text()).isEqualTo(malformedLine());
        }
        try (TraceReader lenient = open(broken, Strictness.LENIENT, LIMITS)) {
            assertThat(rest(lenient, 100)).hasSameSizeAs(strictly(format(), text));
            final TraceStatistics statistics = lenient.statistics();
            assertThat(statistics.malformed()).isEqualTo(1);
            assertThat(statistics.examples()).singleElement().satisfies(example -> {
                assertThat(example.line()).isEqualTo(1);
                assertThat(example.text()).isEqualTo(malformedLine());
                assertThat(example.reason()).isNotEmpty();
            });
        }
    }

    @Test
    void onlyTheFirstMalformedLinesAreKept() throws IOException {
        final byte[] text = (malformedLine() + "\n").repeat(30).getBytes(ISO_8859_1);
        try (TraceReader reader = open(text, Strictness.LENIENT, LIMITS)) {
            assertThat(rest(reader, 100)).isEmpty();
            assertThat(reader.statistics().malformed()).isEqualTo(30);
            assertThat(reader.statistics().examples()).hasSize(20).last().extracting(MalformedLine::line)
                    .isEqualTo(20L);
        }
    }

    @Test
    void textOfAnErrorIsCutAndHasNoControlCharacters() throws IOException {
        final byte[] text = ("\u0007" + malformedLine() + "!".repeat(500) + "\n").getBytes(ISO_8859_1);
        try (TraceReader reader = open(text)) {
            assertThat(failure(reader).text()).hasSize(200).startsWith("?" + malformedLine());
        }
    }

    @Test
    void faultComesAfterTheRecordsBeforeItAndAgainOnEveryCall() throws IOException {
        final byte[] text = sample();
        final byte[] broken = Arrays.copyOf(text, text.length + 2);
        broken[text.length] = '!';
        broken[text.length + 1] = '\n';
        try (TraceReader reader = open(broken)) {
            final var batch = new TraceBatch(100_000);
            assertThat(reader.read(batch)).isEqualTo(strictly(format(), text).size());
            final TraceException first = catchThrowableOfType(TraceException.class, () -> reader.read(batch));
            final TraceException second = catchThrowableOfType(TraceException.class, () -> reader.read(batch));
            assertThat(first).isNotNull().isSameAs(second);
            assertThat(batch.size).isZero();
        }
    }

    @Test
    void recordsDoNotDependOnTheCapacityOfBatches() throws IOException {
        final List<TraceRecord> expected = strictly(format(), sample());
        for (final int capacity : new int[] {1, 2, 7, 4096}) {
            try (TraceReader reader = open(sample())) {
                assertThat(rest(reader, capacity)).isEqualTo(expected);
                assertThat(reader.statistics().records()).isEqualTo(expected.size());
            }
        }
    }

    @Test
    void recordsDoNotDependOnHowTheBytesArrive() throws IOException {
        try (TraceReader reader = format().open(new OneByteAtATime(sample()))) {
            assertThat(rest(reader, 64)).isEqualTo(strictly(format(), sample()));
        }
    }

    @Test
    void carriageReturnsAreNoPartOfALine() throws IOException {
        final byte[] windows = new String(sample(), ISO_8859_1).replace("\n", "\r\n").getBytes(ISO_8859_1);
        assertThat(strictly(format(), windows)).isEqualTo(strictly(format(), sample()));
    }

    @Test
    void lineNumbersNeverDecreaseAndStayInTheFile() throws IOException {
        final byte[] text = sample();
        long last = 1;
        for (final TraceRecord traced : strictly(format(), text)) {
            assertThat(traced.line()).isBetween(last, lines(text));
            last = traced.line();
        }
    }

    @Test
    void statisticsCountEveryLine() throws IOException {
        try (TraceReader reader = open(sample())) {
            rest(reader, 100);
            assertThat(reader.statistics().lines()).isEqualTo(lines(sample()));
            assertThat(reader.statistics().malformed()).isZero();
        }
    }

    @Test
    void formatIsDetectedFromTheFirstBytes() throws IOException {
        final byte[] text = sample();
        assertThat(TraceFormat.detect(Arrays.copyOf(text, 300))).contains(format());
        assertThat(TraceFormat.detect(Arrays.copyOf(gzip(text), 600))).contains(format());
    }

    @Test
    void closingClosesTheStreamBelow() throws IOException {
        final var closed = new AtomicBoolean();
        format().open(new ByteArrayInputStream(gzip(sample())) {
            @Override
            public void close() {
                closed.set(true);
            }
        }).close();
        assertThat(closed).isTrue();
    }

    @Test
    void failureOfTheStreamIsNoFaultOfTheTrace() throws IOException {
        final var broken = new FilterInputStream(new ByteArrayInputStream(sample())) {
            @Override
            public int read(final byte[] bytes, final int from, final int length) throws IOException {
                if (super.available() < 1000) {
                    throw new IOException("connection lost");
                }
                return super.read(bytes, from, Math.min(length, 500));
            }
        };
        try (TraceReader reader = format().open(broken)) {
            assertThat(catchThrowableOfType(IOException.class, () -> rest(reader, 100)))
                    .isNotInstanceOf(TraceException.class).hasMessage("connection lost");
        }
    }

    @Test
    void truncationAnywhereIsRefusedOrCountedAndNothingElse() throws IOException {
        final byte[] text = sample();
        for (int length = 0; length < text.length; length += 211) {
            survives(Arrays.copyOf(text, length));
        }
    }

    @Test
    void changedBytesAreRefusedOrCountedAndNothingElse() throws IOException {
        final byte[] text = sample();
        final var random = new Random(20_26);
        for (int run = 0; run < 600; run++) {
            final byte[] changed = text.clone();
            for (int changes = random.nextInt(1, 60); changes > 0; changes--) {
                final int at = random.nextInt(changed.length);
                changed[at] = random.nextBoolean() ? (byte) random.nextInt(256) : changed[random.nextInt(at + 1)];
            }
            survives(changed);
        }
    }

    /** Whole lines that are lost, doubled or swapped break what joins lines: forks, and calls in two halves. */
    @Test
    void shuffledLinesAreRefusedOrCountedAndNothingElse() throws IOException {
        final String[] lines = new String(sample(), ISO_8859_1).split("\n", -1);
        final var random = new Random(7);
        for (int run = 0; run < 300; run++) {
            final String[] shuffled = lines.clone();
            for (int changes = random.nextInt(1, 200); changes > 0; changes--) {
                shuffled[random.nextInt(lines.length)] = lines[random.nextInt(lines.length)];
            }
            survives((String.join("\n", shuffled) + "\n").getBytes(ISO_8859_1));
        }
    }

    private void survives(final byte[] text) throws IOException {
        final var tight = new TraceLimits(1 << 24, 250, 1 << 20, 1 << 16, 1000, 16);
        for (final Strictness strictness : Strictness.values()) {
            try (TraceReader reader = open(text, strictness, tight)) {
                final var batch = new TraceBatch(1000);
                // Three records a line would be more than any line makes.
                long left = 3 * lines(text) + 3;
                try {
                    while (reader.read(batch) > 0) {
                        left -= batch.size;
                        assertThat(left).isNotNegative();
                    }
                } catch (final TraceException e) {
                    assertThat(e.problem()).isNotEmpty();
                }
            }
        }
    }

    final TraceReader open(final byte[] text) throws IOException {
        return open(text, Strictness.STRICT, LIMITS);
    }

    final TraceReader open(final byte[] text, final Strictness strictness, final TraceLimits limits)
            throws IOException {
        return format().open(new ByteArrayInputStream(text), strictness, limits);
    }

    static TraceException failure(final TraceReader reader) {
        return catchThrowableOfType(TraceException.class, () -> rest(reader, 100));
    }

    private String breach(final byte[] text, final Strictness strictness, final TraceLimits limits)
            throws IOException {
        try (TraceReader reader = open(text, strictness, limits)) {
            return failure(reader).problem();
        }
    }

    private static byte[] join(final String first, final byte[] rest) {
        return (first + new String(rest, ISO_8859_1)).getBytes(ISO_8859_1);
    }

    private static long lines(final byte[] text) {
        long lines = text.length > 0 && text[text.length - 1] != '\n' ? 1 : 0;
        for (final byte character : text) {
            lines += character == '\n' ? 1 : 0;
        }
        return lines;
    }

    private static String lastLine(final byte[] text) {
        final String string = new String(text, ISO_8859_1);
        return string.substring(string.lastIndexOf('\n') + 1);
    }

    /** The slowest network there is. */
    private static final class OneByteAtATime extends ByteArrayInputStream {

        OneByteAtATime(final byte[] bytes) {
            super(bytes);
        }

        @Override
        public synchronized int read(final byte[] bytes, final int from, final int length) {
            return super.read(bytes, from, Math.min(length, 1));
        }

        @Override
        public synchronized int available() {
            return 0;
        }
    }
}
