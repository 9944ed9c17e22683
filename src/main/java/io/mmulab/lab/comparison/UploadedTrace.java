package io.mmulab.lab.comparison;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;

import io.mmulab.lab.RefusedException;
import io.mmulab.lab.RefusedException.Reason;
import io.mmulab.trace.TraceFormat;

/** A trace on its way through: in a temporary file of the service's own naming, deleted when closed. */
final class UploadedTrace implements AutoCloseable {
    private static final int PEEK = 4096;
    private static final int BUFFER = 1 << 16;
    /** Where counting lines stops; the reader has its own limits. */
    private static final long MAX_COUNTED_BYTES = 8L << 30;

    private final Path file;
    private final String sha256;

    private UploadedTrace(Path file, String sha256) {
        this.file = file;
        this.sha256 = sha256;
    }

    static UploadedTrace receive(InputStream in) throws IOException {
        return receive(in::transferTo);
    }

    static UploadedTrace receive(Source source) throws IOException {
        Path file = Files.createTempFile("mmulab-trace", ".upload");
        try (OutputStream out = Files.newOutputStream(file);
                DigestOutputStream digested = new DigestOutputStream(out, MessageDigest.getInstance("SHA-256"))) {
            source.writeTo(digested);
            return new UploadedTrace(file, HexFormat.of().formatHex(digested.getMessageDigest().digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** What writes a trace out. */
    @FunctionalInterface
    interface Source {
        /** Writes all of it. */
        void writeTo(OutputStream out) throws IOException;
    }

    String sha256() {
        return sha256;
    }

    InputStream open() throws IOException {
        return Files.newInputStream(file);
    }

    /** @throws RefusedException if no format fits */
    TraceFormat format() throws IOException {
        try (InputStream in = open()) {
            return TraceFormat.detect(in.readNBytes(PEEK))
                    .orElseThrow(() -> new RefusedException(Reason.INVALID_OPERATION,
                            "trace",
                            "neither an strace log (strace -f -o FILE -e trace=%memory,%process) nor a lackey log "
                                    + "(valgrind --tool=lackey --trace-mem=yes --trace-syscalls=yes)"));
        }
    }

    /** Lines, for progress only: as far as the file can be read. */
    long countLines() throws IOException {
        long lines = 0;
        long bytes = 0;
        byte[] buffer = new byte[BUFFER];
        try (InputStream raw = new BufferedInputStream(open()); InputStream in = decompress(raw)) {
            for (int n = in.read(buffer); n > 0 && bytes < MAX_COUNTED_BYTES; n = in.read(buffer)) {
                bytes += n;
                for (int i = 0; i < n; i++) {
                    lines += buffer[i] == '\n' ? 1 : 0;
                }
            }
        } catch (IOException broken) {
            return lines;
        }
        return lines;
    }

    private static InputStream decompress(InputStream raw) throws IOException {
        raw.mark(2);
        boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
        raw.reset();
        return gzip ? new GZIPInputStream(raw, BUFFER) : raw;
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
