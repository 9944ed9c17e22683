package io.mmulab.trace;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** Recognises gzip and counts its compressed bytes. */
final class Gzip {

    private static final int BUFFER = 8 << 10;
    private static final int MAX_PEEK = 64 << 10;

    private Gzip() {}

    static boolean hasMagic(final byte[] bytes, final int length) {
        return length >= 2 && bytes[0] == (byte) 0x1f && bytes[1] == (byte) 0x8b;
    }

    static InputStream decompress(final InputStream compressed) throws IOException {
        return new GZIPInputStream(compressed, BUFFER);
    }

    /** The text that a beginning of a file holds, as far as it can be had. */
    static byte[] peek(final byte[] firstBytes) {
        if (!hasMagic(firstBytes, firstBytes.length)) {
            return firstBytes;
        }
        final byte[] text = new byte[MAX_PEEK];
        int length = 0;
        try (InputStream in = decompress(new ByteArrayInputStream(firstBytes))) {
            int count;
            while (length < text.length && (count = in.read(text, length, text.length - length)) > 0) {
                length += count;
            }
        } catch (final IOException e) {
            // A beginning of a gzip file ends too early by its nature: what came out of it is all we want.
            return Arrays.copyOf(text, length);
        }
        return Arrays.copyOf(text, length);
    }

    /** Counts the bytes that pass. */
    static final class Counting extends FilterInputStream {

        private long count;
        private boolean ended;

        Counting(final PushbackInputStream in) {
            super(in);
        }

        long count() {
            return count;
        }

        @Override
        public int read() throws IOException {
            final int value = super.read();
            note(value < 0 ? -1 : 1);
            return value;
        }

        @Override
        public int read(final byte[] bytes, final int from, final int length) throws IOException {
            final int read = super.read(bytes, from, length);
            note(read);
            return read;
        }

        /**
         * GZIPInputStream takes "nothing available" for "no further member", and a stream may say so when it only has
         * to wait: the rest of a file of several members would be lost in silence.
         */
        @Override
        public int available() throws IOException {
            return ended ? 0 : Math.max(1, super.available());
        }

        private void note(final int read) {
            if (read < 0) {
                ended = true;
            } else {
                count += read;
            }
        }
    }
}
