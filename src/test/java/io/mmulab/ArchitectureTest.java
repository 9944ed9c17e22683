package io.mmulab;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/**
 * The rules of the architecture, a method each, named as the rule. {@code docs/architecture.md} draws them.
 *
 * <p>A rule about a package that is still empty passes: it waits for the first class.
 */
class ArchitectureTest {

    private static final String KERNEL = "io.mmulab.kernel..";
    private static final String DEVICE = "io.mmulab.device..";
    private static final String TRACE = "io.mmulab.trace..";
    private static final String SCENARIO = "io.mmulab.scenario..";
    private static final String CONFORMANCE = "io.mmulab.conformance..";
    private static final String EXPLORE = "io.mmulab.explore..";
    private static final String HISTORY = "io.mmulab.history..";
    private static final String LAB = "io.mmulab.lab..";
    private static final String WEB = "io.mmulab.web..";

    /** The JDK without what leads outside; and the annotations of nullness. */
    private static final String JAVA = "java..";
    private static final String JSPECIFY = "org.jspecify..";

    /** Where this class was compiled to: ArchUnit's own option knows the directories of Maven and Gradle only. */
    private static final String TESTS =
            ArchitectureTest.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    private static final ImportOption WITHOUT_TESTS = location -> !location.contains(TESTS);

    private static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(WITHOUT_TESTS).importPackages("io.mmulab");

    @Test
    void kernelUsesOnlyTheJdk() {
        check(classes().that().resideInAPackage(KERNEL).should().onlyDependOnClassesThat()
                .resideInAnyPackage(KERNEL, JAVA, JSPECIFY));
    }

    @Test
    void deviceDependsOnKernelOnly() {
        check(classes().that().resideInAPackage(DEVICE).should().onlyDependOnClassesThat()
                .resideInAnyPackage(DEVICE, KERNEL, JAVA, JSPECIFY));
    }

    @Test
    void traceScenarioAndExploreUseOnlyKernelAndDevice() {
        check(classes().that().resideInAnyPackage(TRACE, SCENARIO, EXPLORE).should().onlyDependOnClassesThat()
                .resideInAnyPackage(TRACE, SCENARIO, EXPLORE, DEVICE, KERNEL, JAVA, JSPECIFY));
    }

    /** It reads archives of JSON, and needs nothing else beside the JDK. */
    @Test
    void conformanceUsesKernelDeviceScenarioJacksonAndCompress() {
        check(classes().that().resideInAPackage(CONFORMANCE).should().onlyDependOnClassesThat()
                .resideInAnyPackage(CONFORMANCE, SCENARIO, DEVICE, KERNEL, "tools.jackson..",
                        "org.apache.commons.compress..", JAVA, JSPECIFY));
    }

    @Test
    void onlyHistoryKnowsJpa() {
        check(noClasses().that().resideOutsideOfPackage(HISTORY).should().dependOnClassesThat()
                .resideInAnyPackage("jakarta.persistence..", "org.springframework.data..", "org.hibernate.."));
    }

    @Test
    void onlyWebKnowsSpringMvc() {
        check(noClasses().that().resideOutsideOfPackage(WEB).should().dependOnClassesThat()
                .resideInAnyPackage("org.springframework.web..", "org.springframework.http..", "jakarta.servlet..",
                        "org.springdoc..", "io.swagger.."));
    }

    @Test
    void arrowsOnlyPointDown() {
        check(layeredArchitecture().consideringOnlyDependenciesInLayers().withOptionalLayers(true)
                .layer("web").definedBy(WEB)
                .layer("lab").definedBy(LAB)
                .layer("history").definedBy(HISTORY)
                .layer("conformance").definedBy(CONFORMANCE)
                .layer("trace, scenario, explore").definedBy(TRACE, SCENARIO, EXPLORE)
                .layer("device").definedBy(DEVICE)
                .layer("kernel").definedBy(KERNEL)
                .whereLayer("web").mayNotBeAccessedByAnyLayer()
                .whereLayer("lab").mayOnlyBeAccessedByLayers("web")
                .whereLayer("history").mayOnlyBeAccessedByLayers("web", "lab")
                .whereLayer("conformance").mayOnlyBeAccessedByLayers("web", "lab")
                .whereLayer("trace, scenario, explore").mayOnlyBeAccessedByLayers("web", "lab", "conformance")
                .whereLayer("device")
                .mayOnlyBeAccessedByLayers("web", "lab", "history", "conformance", "trace, scenario, explore")
                .whereLayer("kernel").mayOnlyBeAccessedByLayers("web", "lab", "history", "conformance",
                        "trace, scenario, explore", "device"));
    }

    @Test
    void noCyclesBetweenPackages() {
        check(slices().matching("io.mmulab.(**)").should().beFreeOfCycles());
    }

    @Test
    void kernelHasNoMutableStatics() {
        check(fields().that().areDeclaredInClassesThat().resideInAnyPackage(KERNEL, DEVICE).and().haveModifier(STATIC)
                .should().haveModifier(FINAL));
    }

    /** The same machine and the same operations give the same state, to the bit, wherever and whenever they run. */
    @Test
    void kernelHasNoClockNoRandomNoIo() {
        var inKernel = noClasses().that().resideInAnyPackage(KERNEL, DEVICE);
        check(inKernel.should().dependOnClassesThat().resideInAnyPackage("java.io..", "java.nio.file..", "java.net.."));
        check(inKernel.should().dependOnClassesThat(are(nameMatching(
                "java\\.time\\.Clock|java\\.util\\.Random|java\\.util\\.SplittableRandom|java\\.util\\.random\\..*"
                        + "|java\\.util\\.concurrent\\.ThreadLocalRandom|java\\.security\\.SecureRandom"))));
        check(inKernel.should().callMethod(System.class, "currentTimeMillis"));
        check(inKernel.should().callMethod(System.class, "nanoTime"));
        check(inKernel.should().callMethod(System.class, "identityHashCode", Object.class));
        check(inKernel.should().callMethod(Math.class, "random"));
        check(inKernel.should().callMethodWhere(target(name("randomUUID"))));
        check(inKernel.should()
                .callMethodWhere(target(name("now")).and(target(owner(nameMatching("java\\.time\\..*"))))));
    }

    /** What is not said where the package is will be said nowhere. */
    @Test
    void everyPackageSaysWhatItIs() throws IOException {
        var sources = Path.of(System.getProperty("basedir", "."), "src", "main", "java");
        List<Path> packages;
        try (Stream<Path> files = Files.walk(sources)) {
            packages = files.filter(file -> file.toString().endsWith(".java")).map(Path::getParent).distinct().toList();
        }
        assertThat(packages).isNotEmpty().allSatisfy(directory -> {
            var description = directory.resolve("package-info.java");
            assertThat(description).exists();
            assertThat(Files.readString(description)).startsWith("/**").contains("@NullMarked");
        });
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
