package io.mmulab.integration;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.model.PruneType;
import org.jspecify.annotations.Nullable;

import io.mmulab.docker.DockerEngine;
import io.mmulab.docker.UnavailableException;

/**
 * The image that the {@code Dockerfile} makes of the jar of this build, made once a run and removed when the run ends.
 *
 * <p>System properties: {@value #BASE} names the image that it starts from, if not the one in the {@code Dockerfile};
 * with {@value #DEMANDED} a run without an image fails.
 *
 * @param name absent where it can't be made
 * @param how or why not
 */
record ServiceImage(@Nullable String name, String how) {
    private static final String BASE = "it.image.base";
    private static final String DEMANDED = "it.image.demanded";
    private static final Path DOCKERFILE = Path.of("Dockerfile").toAbsolutePath();
    private static final String BASE_ARGUMENT = "JRE";

    /** Its name. Where it can't be made, the test that asks is left out, which its report says. */
    static String ofThisRun() {
        ServiceImage image = OfThisRun.INSTANCE;
        if (!Boolean.getBoolean(DEMANDED)) {
            assumeTrue(image.name != null, image.how);
        }
        return Objects.requireNonNull(image.name, image.how);
    }

    /** The jar that is in it. */
    static Path jar() {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("it.directory", "target")))) {
            List<Path> jars = files.filter(file -> file.getFileName().toString().matches("mmu-lab-.*\\.jar")).toList();
            return jars.getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServiceImage build() {
        try {
            String base = System.getProperty(BASE, baseOfTheDockerfile());
            DockerClient docker = DockerEngine.client();
            DockerEngine.obtain(base);
            return new ServiceImage(build(docker, base), "service image: built on " + base);
        } catch (UnavailableException e) {
            return new ServiceImage(null, "service image: not tested, because " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String baseOfTheDockerfile() throws IOException {
        String argument = "ARG " + BASE_ARGUMENT + "=";
        return Files.readAllLines(DOCKERFILE).stream().filter(line -> line.startsWith(argument)).findFirst()
                .orElseThrow().substring(argument.length());
    }

    private static String build(DockerClient docker, String base) {
        String name = "mmulab/service-of-a-test:" + UUID.randomUUID();
        docker.buildImageCmd(DOCKERFILE.toFile()).withBuildArg(BASE_ARGUMENT, base).withTags(Set.of(name))
                .withRemove(true).exec(new BuildImageResultCallback()).awaitImageId();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> docker.removeImageCmd(name).withForce(true).exec()));
        docker.pruneCmd(PruneType.IMAGES).withDangling(true).withLabelFilter("mmulab.stage").exec();
        return name;
    }

    private static final class OfThisRun {
        static final ServiceImage INSTANCE = announced();

        private static ServiceImage announced() {
            ServiceImage image = build();
            System.out.println(image.how);
            return image;
        }
    }
}
