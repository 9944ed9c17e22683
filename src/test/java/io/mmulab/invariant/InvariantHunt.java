package io.mmulab.invariant;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

import io.mmulab.kernel.machine.MachineSpec;

/**
 * Looks for scripts that break something, for as long as one likes: {@code SEED SCRIPTS STEPS} or {@code FILE.mm}. Prints
 * the shortest script of each kind of failure, and how often that kind was met.
 */
final class InvariantHunt {
    private static final PrintStream OUT = System.out;

    private InvariantHunt() {}

    private record Found(MachineSpec spec, boolean withDevice, List<String> lines, String text) {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 1) {
            file(Path.of(arguments[0]));
            return;
        }
        long seed = Long.parseLong(arguments[0]);
        int scripts = Integer.parseInt(arguments[1]);
        int length = Integer.parseInt(arguments[2]);
        Map<String, Found> shortest = new TreeMap<>();
        Map<String, Integer> counts = new TreeMap<>();
        List<MachineSpec> specs = Machines.all();
        for (int i = 0; i < scripts; i++) {
            SplittableRandom random = new SplittableRandom(seed + i);
            MachineSpec spec = specs.get(random.nextInt(specs.size()));
            boolean withDevice = random.nextBoolean();
            List<String> lines = ScriptWriter.lines(steps(random, length));
            ScriptCheck.Failure failure = ScriptCheck.run(spec, lines, withDevice);
            if (failure == null) {
                continue;
            }
            String kind = kind(failure);
            int times = counts.getOrDefault(kind, 0) + 1;
            counts.put(kind, times);
            Found known = shortest.get(kind);
            if (known == null || times < 4) {
                Found found = shorten(spec, withDevice, lines.subList(0, Math.min(lines.size(), failure.line() + 1)),
                        kind);
                if (known == null || found.lines.size() < known.lines.size()) {
                    shortest.put(kind, found);
                }
            }
        }
        OUT.println(scripts + " scripts, " + counts.values().stream().mapToInt(Integer::intValue).sum() + " failed");
        shortest.forEach((kind, found) -> {
            OUT.printf("%n# %d x %s%n# on %s%s: %s%n", counts.get(kind), kind, Machines.name(found.spec),
                    found.withDevice ? " with a device" : "", found.text);
            found.lines.forEach(OUT::println);
        });
    }

    private static void file(Path path) throws IOException {
        List<String> lines = Files.readAllLines(path);
        for (MachineSpec spec : Machines.all()) {
            for (boolean withDevice : new boolean[] {false, true}) {
                ScriptCheck.Failure failure = ScriptCheck.run(spec, lines, withDevice);
                if (failure != null) {
                    OUT.println(Machines.name(spec) + (withDevice ? " with a device" : "") + ", line "
                            + (failure.line() + 1) + ": " + failure.text());
                }
            }
        }
    }

    private static List<Step> steps(SplittableRandom random, int length) {
        List<Step> steps = new ArrayList<>();
        int size = 5 + random.nextInt(length);
        for (int i = 0; i < size; i++) {
            steps.add(new Step(random.nextInt(1200), random.nextInt(64), random.nextInt(64), random.nextInt(64),
                    random.nextInt(64), random.nextInt(1000)));
        }
        return steps;
    }

    /** Failures are of one kind if they differ in numbers only. */
    private static String kind(ScriptCheck.Failure failure) {
        return failure.text().replaceAll("0x[0-9a-f]+", "X").replaceAll("mm\\d+", "mm").replaceAll("\\d\\d*", "N")
                .replaceAll(", \\w+ mm X: .*", "").replaceAll("(\\w+ mm X: frame N) .*", "$1");
    }

    /** Leaves out lines, many and then single ones, while the failure stays. */
    private static Found shorten(MachineSpec spec, boolean withDevice, List<String> lines, String kind) {
        List<String> now = new ArrayList<>(lines);
        boolean device = withDevice && !fails(spec, false, now, kind);
        for (int chunk = Math.max(1, now.size() / 2); chunk > 0; chunk /= 2) {
            int at = 0;
            while (at < now.size()) {
                List<String> less = new ArrayList<>(now);
                less.subList(at, Math.min(at + chunk, less.size())).clear();
                if (fails(spec, device, less, kind)) {
                    now = less;
                } else {
                    at += chunk;
                }
            }
        }
        ScriptCheck.Failure failure = ScriptCheck.run(spec, now, device);
        return new Found(spec, device, now, failure == null ? "gone" : failure.text());
    }

    private static boolean fails(MachineSpec spec, boolean withDevice, List<String> lines, String kind) {
        ScriptCheck.Failure failure = ScriptCheck.run(spec, lines, withDevice);
        return failure != null && kind(failure).equals(kind);
    }
}
