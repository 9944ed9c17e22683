package io.mmulab.integration;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.testcontainers.DockerClientFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is in an image: the archive that {@code docker save} makes, which has an archive for each layer. */
final class SavedImage {
    private static final String MANIFEST = "manifest.json";

    private final String name;

    SavedImage(String name) {
        this.name = name;
    }

    /** The names of the files that each layer adds or changes, from the first layer to the last. */
    List<Set<String>> layers() throws IOException {
        Map<String, Set<String>> files = new HashMap<>();
        List<String> order = new ArrayList<>();
        try (InputStream in = DockerClientFactory.instance().client().saveImageCmd(name).exec();
                var archive = new TarArchiveInputStream(in)) {
            for (TarArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                if (entry.getName().equals(MANIFEST)) {
                    JsonNode manifest = new JsonMapper().readTree(archive.readAllBytes());
                    manifest.at("/0/Layers").forEach(layer -> order.add(layer.asString()));
                } else if (entry.isFile() && !entry.getName().endsWith("json")) {
                    files.put(entry.getName(), files(archive));
                }
            }
        }
        return order.stream().map(layer -> Objects.requireNonNull(files.get(layer), layer)).toList();
    }

    /** Empty for what is no archive: a file with a version, or a blob that is JSON. */
    private static Set<String> files(InputStream content) {
        Set<String> names = new HashSet<>();
        try {
            // Not closed: the archive around it goes on.
            var layer = new TarArchiveInputStream(content);
            for (TarArchiveEntry entry = layer.getNextEntry(); entry != null; entry = layer.getNextEntry()) {
                if (entry.isFile()) {
                    names.add(entry.getName());
                }
            }
        } catch (IOException e) {
            return Set.of();
        }
        return names;
    }
}
