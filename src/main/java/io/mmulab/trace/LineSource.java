package io.mmulab.trace;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipException;

import org.jspecify.annotations.Nullable;

/**
 * The text of a trace as lines in a buffer, within the limits. Its fields are open to the readers of this package:
 * a reader of short lines takes them straight out of {@link #buffer} and keeps {@link #position} and
 * {@link #lineNumber} right.
 */
final class LineSource {

    private static final int READ_AHEAD = 256 << 10;

    /** Small files may well be made of one repeated byte; a bomb is not small. */
    private static final long RATIO_IGNORED_BELOW = 1 << 20;

    private final TraceFormat format;
    private final InputStream text;
    private final Gzip.@Nullable Counting compressed;
    private final TraceLimits limits;
    private final int maxLineLength;
    private long bytes;
    private boolean ended;

    final byte[] buffer;

    /** Next byte to look at. */
    int position;

    /** End of the bytes in the buffer. */
    int end;

    /** Lines taken so far, so the 1-based number of the current one. */
    long lineNumber;

    /** The current line, without its newline or carriage return. */
    int lineFrom;

    int lineTo;

    /** Whether the current line is the last and lacks its newline. */
    boolean cut;

    private LineSource(final TraceFormat format, final InputStream text, final Gzip.@Nullable Counting compressed,
            final TraceLimits limits) {
        this.format = format;
        this.text = text;
        this.compressed = compressed;
        this.limits = limits;
        this.maxLineLength = limits.maxLineLength();
        this.buffer = new byte[maxLineLength + 1 + READ_AHEAD];
    }

    static LineSource open(final TraceFormat format, final InputStream in, final TraceLimits limits)
            throws IOException {
        try {
            final var pushback = new PushbackInputStream(in, 2);
            final byte[] magic = new byte[2];
            final int length = pushback.readNBytes(magic, 0, 2);
            pushback.unread(magic, 0, length);
            if (!Gzip.hasMagic(magic, length)) {
                return new LineSource(format, pushback, null, limits);
            }
            final var counting = new Gzip.Counting(pushback);
            return new LineSource(format, Gzip.decompress(counting), counting, limits);
        } catch (final EOFException | ZipException e) {
            in.close();
            throw brokenGzip(format, 0, e);
        } catch (final IOException e) {
            in.close();
            throw e;
        }
    }

    /** Goes to the next line; false at the end of the text. */
    boolean nextLine() throws IOException {
        int at = position;
        while (true) {
            while (at < end && buffer[at] != '\n') {
                at++;
            }
            final int length = at - position;
            if (length > maxLineLength) {
                lineNumber++;
                lineFrom = position;
                lineTo = at;
                throw limit("maxLineLength", maxLineLength, "a line is longer");
            }
            if (at < end) {
                break;
            }
            if (!refill()) {
                if (length == 0) {
                    return false;
                }
                at = position + length;
                break;
            }
            at = position + length;
        }
        countLine();
        lineFrom = position;
        cut = at == end;
        lineTo = at > lineFrom && !cut && buffer[at - 1] == '\r' ? at - 1 : at;
        position = cut ? at : at + 1;
        return true;
    }

    /** Moves what is left to the front of the buffer and reads more behind it; false if there is no more. */
    boolean refill() throws IOException {
        System.arraycopy(buffer, position, buffer, 0, end - position);
        end -= position;
        position = 0;
        if (ended) {
            return false;
        }
        final int read = readMore();
        if (read < 0) {
            ended = true;
            return false;
        }
        end += read;
        bytes += read;
        if (bytes > limits.maxBytes()) {
            throw limit("maxBytes", limits.maxBytes(), "the text has more bytes");
        }
        if (compressed != null && bytes > RATIO_IGNORED_BELOW && bytes / limits.maxRatio() > compressed.count()) {
            throw limit("maxRatio", limits.maxRatio(), "the gzip expands to more times its size");
        }
        return true;
    }

    private int readMore() throws IOException {
        try {
            return text.read(buffer, end, buffer.length - end);
        } catch (final EOFException | ZipException e) {
            if (compressed == null) {
                throw e;
            }
            throw brokenGzip(format, lineNumber, e);
        }
    }

    /** Counts a line that a reader is about to take from the buffer. */
    void countLine() throws TraceException {
        if (lineNumber == limits.maxLines()) {
            throw limit("maxLines", limits.maxLines(), "the trace has more lines");
        }
        lineNumber++;
    }

    /** The current line for people: cut, decoded, without control characters. */
    String lineText() {
        // A character has at most four bytes.
        final int length = Math.min(lineTo - lineFrom, 4 * TraceException.MAX_TEXT);
        final var decoded = new StringBuilder(new String(buffer, lineFrom, length, StandardCharsets.UTF_8));
        decoded.setLength(Math.min(decoded.length(), TraceException.MAX_TEXT));
        for (int i = 0; i < decoded.length(); i++) {
            if (Character.isISOControl(decoded.charAt(i)) && decoded.charAt(i) != '\t') {
                decoded.setCharAt(i, '?');
            }
        }
        return decoded.toString();
    }

    TraceException limit(final String name, final long value, final String what) {
        return new TraceException(format, lineNumber, "", what + " than the limit " + name + " = " + value,
                "Split or shorten the trace, or raise " + name + ".");
    }

    void close() throws IOException {
        text.close();
    }

    private static TraceException brokenGzip(final TraceFormat format, final long line, final IOException cause) {
        final String problem = cause instanceof EOFException
                ? "the gzip data is truncated after this line"
                : "the gzip data is corrupt after this line";
        final var exception = new TraceException(format, line, "", problem, "Copy or record the file again.");
        exception.initCause(cause);
        return exception;
    }
}
