package io.mmulab.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The recordings that the project keeps: one archive a kernel. */
final class RecordedKernels {
    static final List<String> KERNELS =
            List.of("x86_64-6.1", "x86_64-6.12", "x86_64-7.3", "arm64-6.1", "arm64-6.12", "arm64-7.3");

    private RecordedKernels() {}

    /** The recordings of a kernel as text, by scenario. */
    static Map<String, String> of(String kernel) {
        Map<String, String> recordings = new LinkedHashMap<>();
        try (InputStream in = Objects.requireNonNull(
                RecordedKernels.class.getResourceAsStream("/recordings/" + kernel + ".tar.gz"))) {
            RecordingArchive.read(in, RecordingArchive.Format.TAR_GZ,
                    (entry, lines) -> recordings.put(
                            entry.substring(entry.indexOf('/') + 1, entry.length() - ".json".length()),
                            lines.lines().collect(Collectors.joining("\n"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return recordings;
    }
}
