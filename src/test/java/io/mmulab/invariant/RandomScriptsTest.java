package io.mmulab.invariant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

import io.mmulab.kernel.machine.MachineSpec;

/**
 * After every line of a random script the machine is sound and memory holds what was written to it; when everything has
 * been unmapped and every process has exited, nothing is left. On every architecture, version and design.
 *
 * <p>Seeds are fixed: the same scripts in every build. {@link InvariantHunt} looks for others.
 */
class RandomScriptsTest {

    @Provide
    Arbitrary<MachineSpec> machines() {
        return Arbitraries.of(Machines.all());
    }

    @Provide
    Arbitrary<List<Step>> shortScripts() {
        return step().list().ofMinSize(1).ofMaxSize(25);
    }

    @Provide
    Arbitrary<List<Step>> longScripts() {
        return step().list().ofMinSize(40).ofMaxSize(90);
    }

    private static Arbitrary<Step> step() {
        return Combinators
                .combine(below(1200), below(64), below(64), below(64), below(64), below(1000)).as(Step::new);
    }

    private static Arbitrary<Integer> below(int end) {
        return Arbitraries.integers().between(0, end - 1).withDistribution(
                net.jqwik.api.RandomDistribution.uniform()).withoutEdgeCases();
    }

    @Property(tries = 300, seed = "20230522", shrinking = ShrinkingMode.FULL)
    void aShortScriptLeavesTheMachineSound(@ForAll("machines") MachineSpec spec,
            @ForAll("shortScripts") List<Step> steps, @ForAll boolean withDevice) {
        check(spec, steps, withDevice);
    }

    @Property(tries = 120, seed = "20261123", shrinking = ShrinkingMode.FULL)
    void aLongScriptLeavesTheMachineSound(@ForAll("machines") MachineSpec spec,
            @ForAll("longScripts") List<Step> steps, @ForAll boolean withDevice) {
        check(spec, steps, withDevice);
    }

    private static void check(MachineSpec spec, List<Step> steps, boolean withDevice) {
        List<String> lines = ScriptWriter.lines(steps);
        ScriptCheck.Failure failure = ScriptCheck.run(spec, lines, withDevice);
        assertThat(failure).as(() -> "on %s%s, this script:%n%s%n".formatted(Machines.name(spec),
                withDevice ? " with a device" : "", String.join(System.lineSeparator(), lines))).isNull();
    }
}
