package io.mmulab.conformance;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;

/**
 * Many recordings in one file: a .zip, or a .tar.gz. Entries are read as a stream, in their order, and nothing is written
 * anywhere; what does not end in .json, .jsonl or .ndjson is passed over.
 */
public final class RecordingArchive {
    /** Most entries, those that are passed over included. */
    public static final int MAX_ENTRIES = 20_000;
    /** Most bytes that an archive may expand to. */
    public static final long MAX_BYTES = 512L << 20;

    private static final int BUFFER = 1 << 16;

    /** Kinds of archive. */
    public enum Format {
        /** A .zip. */
        ZIP,
        /** A .tar, gzip-compressed. */
        TAR_GZ
    }

    /** Takes the recordings. */
    @FunctionalInterface
    public interface Visitor {
        /** The recording of an entry; to be read before the call returns. */
        void recording(String entry, BufferedReader lines) throws IOException;
    }

    private RecordingArchive() {}

    /**
     * Reads an archive; the caller closes the stream.
     *
     * @throws ArchiveTooLargeException if it holds or expands to more than is read
     * @throws IOException also if it is broken
     */
    public static void read(InputStream in, Format format, Visitor visitor) throws IOException {
        InputStream buffered = new BufferedInputStream(in);
        ArchiveInputStream<? extends ArchiveEntry> archive = format == Format.ZIP ? new ZipArchiveInputStream(buffered)
                : new TarArchiveInputStream(new Bounded(new GZIPInputStream(buffered, BUFFER)));
        Bounded content = new Bounded(archive);
        int entries = 0;
        ArchiveEntry entry = archive.getNextEntry();
        while (entry != null) {
            if (++entries > MAX_ENTRIES) {
                throw new ArchiveTooLargeException("more than " + MAX_ENTRIES + " entries");
            }
            if (!entry.isDirectory() && isRecording(entry.getName())) {
                visitor.recording(entry.getName(), new BufferedReader(
                        new InputStreamReader(content, StandardCharsets.UTF_8)));
            }
            content.transferTo(OutputStream.nullOutputStream());
            entry = archive.getNextEntry();
        }
    }

    /** Ends a stream that expands to more than is read. */
    private static final class Bounded extends FilterInputStream {
        private long count;

        Bounded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int read = super.read(bytes, from, length);
            count(Math.max(0, read));
            return read;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = super.skip(bytes);
            count(skipped);
            return skipped;
        }

        private void count(long bytes) throws ArchiveTooLargeException {
            count += bytes;
            if (count > MAX_BYTES) {
                throw new ArchiveTooLargeException("more than " + MAX_BYTES + " bytes");
            }
        }
    }

    private static boolean isRecording(String name) {
        String file = name.substring(name.lastIndexOf('/') + 1);
        return !file.startsWith(".")
                && (file.endsWith(".json") || file.endsWith(".jsonl") || file.endsWith(".ndjson"));
    }
}
