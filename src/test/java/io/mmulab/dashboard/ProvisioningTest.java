package io.mmulab.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The files that containers are made from fit each other. */
class ProvisioningTest {
    private static final Map<?, ?> COMPOSE = yaml("docker-compose.yml");

    @Test
    void theComposeFileHasThreeProfiles() {
        Set<Object> profiles = new TreeSet<>();
        services().values().forEach(service -> profiles.addAll(list(map(service).get("profiles"))));
        assertThat(profiles).containsExactly("alone", "monitoring", "postgres");
    }

    @Test
    void everyMountedFileIsThere() {
        long mounted = services().values().stream().filter(service -> map(service).containsKey("volumes"))
                .flatMap(service -> list(map(service).get("volumes")).stream()).map(Object::toString)
                .filter(volume -> volume.startsWith("./"))
                .peek(volume -> assertThat(Path.of(volume.substring(0, volume.indexOf(':')))).exists()).count();
        assertThat(mounted).isEqualTo(4);
    }

    @Test
    void allPortsAreOnTheLoopbackAddress() {
        services().values().stream().filter(service -> map(service).containsKey("ports"))
                .flatMap(service -> list(map(service).get("ports")).stream())
                .forEach(port -> assertThat(port.toString()).startsWith("127.0.0.1:"));
    }

    @Test
    void everyQueryHasAProvisionedSource() {
        List<Object> uids =
                list(yaml("config/grafana/provisioning/datasources/mmulab.yaml").get("datasources")).stream()
                        .map(source -> (Object) String.valueOf(map(source).get("uid"))).toList();
        assertThat(uids).containsExactlyInAnyOrder(Dashboard.PROMETHEUS, Dashboard.POSTGRES);
        assertThat(Dashboard.queries(Dashboard.PROMETHEUS)).hasSizeGreaterThan(10);
        assertThat(Dashboard.queries(Dashboard.POSTGRES)).hasSizeGreaterThan(10);
    }

    private static Map<?, ?> services() {
        return map(COMPOSE.get("services"));
    }

    private static Map<?, ?> yaml(String file) {
        try {
            return new Yaml().load(Files.readString(Path.of(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return (Map<?, ?>) Objects.requireNonNull(value);
    }

    private static List<Object> list(@Nullable Object value) {
        return List.copyOf((List<?>) Objects.requireNonNull(value));
    }
}
