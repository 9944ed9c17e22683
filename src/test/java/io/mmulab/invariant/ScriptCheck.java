package io.mmulab.invariant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.device.DeviceModels;
import io.mmulab.kernel.coherence.Finding;
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.kernel.machine.AccessKind;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Operations;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.secondary.AccessStatus;
import io.mmulab.scenario.Played;
import io.mmulab.scenario.Region;
import io.mmulab.scenario.ScenarioPlayer;
import io.mmulab.scenario.ScenarioPlayer.Surroundings;
import io.mmulab.scenario.Script;
import io.mmulab.scenario.ScriptLine;
import io.mmulab.scenario.ScriptProcess;

/**
 * Plays a script, line by line, and stops at the first line after which something is wrong. At the end everything is
 * unmapped and every process exits, which must leave nothing behind.
 */
final class ScriptCheck {
    private static final String DEVICE = "sva";

    private final Machine machine;
    private final Operations operations;
    private final ScenarioPlayer player;
    private final ShadowMemory shadow = new ShadowMemory();
    private final boolean withDevice;
    private boolean deviceBound;

    /**
     * What is wrong.
     *
     * @param line number of the line, from 0; the number of lines if it is about the end
     */
    record Failure(int line, String text) {}

    private ScriptCheck(MachineSpec spec, boolean withDevice) {
        machine = new Machine(spec, new DeviceModels(), EventConsumer.NONE);
        machine.watchRules();
        operations = new Operations(machine);
        player = new ScenarioPlayer(spec, Surroundings.EMPTY, operations::apply);
        this.withDevice = withDevice;
    }

    /**
     * Plays the lines of a script.
     *
     * @param withDevice whether a device that shares the page table follows the first process's accesses with its own
     */
    static @Nullable Failure run(MachineSpec spec, List<String> lines, boolean withDevice) {
        ScriptCheck check = new ScriptCheck(spec, withDevice);
        for (int i = 0; i < lines.size(); i++) {
            String wrong = check.guarded(lines.get(i));
            if (wrong != null) {
                return new Failure(i, wrong);
            }
        }
        String wrong = check.guarded(null);
        return wrong == null ? null : new Failure(lines.size(), "at the end: " + wrong);
    }

    private @Nullable String guarded(@Nullable String line) {
        try {
            String wrong = line == null ? end() : play(line);
            if (wrong != null) {
                return wrong;
            }
        } catch (RuntimeException e) {
            return e + " at " + where(e);
        }
        return null;
    }

    private static String where(RuntimeException e) {
        List<String> frames = new ArrayList<>();
        for (StackTraceElement element : e.getStackTrace()) {
            if (element.getClassName().startsWith("io.mmulab.") && frames.size() < 6) {
                frames.add(element.getFileName() + ":" + element.getLineNumber());
            }
        }
        return String.join(" < ", frames);
    }

    private @Nullable String play(String text) {
        List<ScriptLine> parsed = Script.parse(text).lines();
        if (parsed.isEmpty()) {
            return null;
        }
        ScriptLine line = parsed.getFirst();
        ScriptProcess process = process(line.process());
        List<String> words = line.words();
        boolean second = words.getFirst().equals("kvm") || words.getFirst().equals("uffd");
        Region region = region(process, words, second ? 2 : 1);
        if (wouldCrash(words.getFirst(), process, region)) {
            return null;
        }
        Played played = player.play(line);
        String wrong = audit();
        if (wrong == null) {
            wrong = shadow.apply(new ShadowMemory.Line(line.process(), words, region, played));
        }
        return wrong != null || !withDevice ? wrong : follow(line, region);
    }

    /** The recording driver crashes on a name that it does not know. */
    private boolean wouldCrash(String word, @Nullable ScriptProcess process, @Nullable Region region) {
        return switch (word) {
            case "memwrite", "memread", "pvm_write", "pvm_read", "putret", "rmw" -> region == null;
            case "exit", "execve" -> process == null;
            default -> false;
        };
    }

    private @Nullable ScriptProcess process(String name) {
        return player.processes().stream().filter(process -> process.name().equals(name)).findFirst().orElse(null);
    }

    private static @Nullable Region region(@Nullable ScriptProcess process, List<String> words, int position) {
        if (process == null || words.size() <= position) {
            return null;
        }
        return process.regions().stream().filter(region -> region.name().equals(words.get(position))).findFirst()
                .orElse(null);
    }

    private @Nullable String audit() {
        List<Finding> findings = machine.audit();
        return findings.isEmpty() ? null : findings.subList(0, Math.min(4, findings.size())).toString();
    }

    /** The device of the first process does what the process did. */
    private @Nullable String follow(ScriptLine line, @Nullable Region region) {
        ScriptProcess process = process(line.process());
        if (process == null || !line.process().equals(ScriptLine.FIRST_PROCESS) || region == null
                || !process.isAlive()) {
            return null;
        }
        String word = line.words().getFirst();
        if (!word.equals("read") && !word.equals("write")) {
            return null;
        }
        if (!deviceBound) {
            operations.apply(new Operation.AttachDevice(DEVICE, "smmuv3-sva", process.mm(), Map.of()));
            deviceBound = true;
        }
        long address = region.page(Long.parseLong(line.words().get(2)));
        boolean write = word.equals("write");
        int value = write ? Integer.decode(line.words().get(3)) : 0;
        Outcome outcome = operations.apply(new Operation.DeviceAccess(DEVICE, address,
                write ? AccessKind.WRITE : AccessKind.READ, value));
        String wrong = audit();
        if (wrong != null || outcome.deviceStatus() != AccessStatus.OK) {
            return wrong == null ? null : "after the device's " + word + ": " + wrong;
        }
        List<String> words = write ? line.words() : line.words().subList(0, 3);
        wrong = shadow.apply(new ShadowMemory.Line(line.process(), words, region,
                Played.ok().withValue(outcome.value())));
        return wrong == null ? null : "device: " + wrong;
    }

    private @Nullable String end() {
        for (ScriptProcess process : player.processes()) {
            if (!machine.addressSpaces().get(process.mm() - 1).isAlive()) {
                continue;
            }
            AddressSpace mm = machine.addressSpace(process.mm());
            Outcome outcome = operations.apply(new Operation.Munmap(mm.id(), 0, mm.taskSize()));
            String wrong = outcome.error() != null ? "munmap of everything: " + outcome.error() : audit();
            if (wrong == null && (mm.vmas().size() > 0 || mm.pageTable().liveTables() > 1 || mm.totalPages() != 0)) {
                wrong = "munmap of everything left %d VMAs, %d tables, %d pages".formatted(mm.vmas().size(),
                        mm.pageTable().liveTables() - 1, mm.totalPages());
            }
            operations.apply(new Operation.Exit(mm.id()));
            wrong = wrong == null ? audit() : wrong;
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }
}
