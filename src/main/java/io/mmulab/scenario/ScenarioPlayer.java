package io.mmulab.scenario;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.InstructionSet;
import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.Outcome.Userfault;
import io.mmulab.kernel.syscall.NotSimulatedException;
import io.mmulab.scenario.ScriptOp.Handler;

/**
 * Plays the lines of a script, each as one or more {@link Operation}s, and keeps what a script knows beside the machine:
 * processes by name, places by name, files by name, where the next region goes.
 */
public final class ScenarioPlayer {
    /** Most processes of a script in its life ({@code NPROC}). */
    public static final int MAX_PROCESSES = 6;
    /** Where regions go that name no place: the n-th at this plus n GiB. */
    public static final long ARENA = 0x200000000000L;
    /** Where they go in an address space that is too small for that: the n-th at this plus n times 16 MiB. */
    private static final long SMALL_ARENA = 0x10000000L;
    private static final int STEP = 30;
    private static final int SMALL_STEP = 24;
    /** End of the arena, exclusive. */
    public static final long ARENA_END = 0x210000000000L;

    /** Note of a line whose process is dead, or dies in it. */
    public static final String DIED = "process died in this operation";

    private final Target target;
    private final MachineSpec spec;
    private final List<ScriptProcess> processes = new ArrayList<>();
    private int fill = 0xee;
    private final Map<String, String> files = new HashMap<>();
    private final @Nullable DriverSpace driver;
    private int order;
    private int cpu;
    private long lastOperation;
    private boolean drain;
    private long recordedPlace;
    private final List<Userfault> userfaults = new ArrayList<>();

    /** The machine that a script is played on: one operation at a time. */
    @FunctionalInterface
    public interface Target {
        /**
         * Applies an operation.
         *
         * @throws NotSimulatedException if the machine cannot do it
         */
        Outcome apply(Operation operation);
    }

    /** What the processes of a script have beside the script's own mappings. */
    public enum Surroundings {
        /** Nothing. */
        EMPTY,
        /** What the recording driver's processes had. */
        DRIVER
    }

    /**
     * Starts the first process.
     *
     * @param spec what the machine behind {@code target} is built from
     */
    public ScenarioPlayer(MachineSpec spec, Surroundings surroundings, Target target) {
        this.spec = spec;
        this.target = target;
        this.driver = surroundings == Surroundings.DRIVER ? new DriverSpace(this, spec) : null;
        int first = (int) apply(new Operation.Spawn(DriverSpace.START_BRK)).result();
        ScriptProcess process =
                new ScriptProcess(ScriptLine.FIRST_PROCESS, driver == null ? first : driver.fork(first), new Regions());
        processes.add(process);
    }

    /**
     * Plays on a machine that has been used before.
     *
     * @param firstMm id of the address space that is the first process's
     * @param operationsSoFar of the machine: what the script makes is numbered from there
     */
    public ScenarioPlayer(MachineSpec spec, int firstMm, long operationsSoFar, Target target) {
        this.spec = spec;
        this.target = target;
        this.lastOperation = operationsSoFar;
        this.driver = null;
        processes.add(new ScriptProcess(ScriptLine.FIRST_PROCESS, firstMm, new Regions()));
    }

    /**
     * Plays one line. What the machine cannot do is said in the answer.
     *
     * @throws ScriptException if the line is no operation
     */
    public Played play(ScriptLine line) {
        Handler handler = ScriptOps.find(line).handler();
        if (handler == null) {
            return Played.notSimulated(line.word(0) + " " + line.word(1));
        }
        ScriptProcess process = find(line.process());
        if (process == null || !process.isAlive()) {
            return Played.ok().withNote(DIED);
        }
        userfaults.clear();
        try {
            if (drain) {
                apply(new Operation.DrainLru());
            }
            if (driver != null && !isController(line.word(0))) {
                driver.runOperation(process.mm());
            }
            return withUserfaults(handler.play(new Call(this, process, line)));
        } catch (NotSimulatedException e) {
            String message = e.getMessage();
            return Played.notSimulated(message == null ? line.text() : message);
        }
    }

    /** What the thread of {@code uffd open} says. */
    private Played withUserfaults(Played played) {
        StringBuilder log = new StringBuilder();
        for (Userfault fault : userfaults) {
            log.append("fault 0x%x flags=%x resolve=%d;".formatted(fault.address(), fault.flags(),
                    fault.resolved() == 0 ? 0 : -1));
        }
        return userfaults.isEmpty() ? played : played.withUffd(userfaults.size(), log.toString());
    }

    /** Operations that the controller runs, not the process. */
    private static boolean isController(String op) {
        return switch (op) {
            case "config", "ksm", "sleep", "exit", "execve" -> true;
            default -> false;
        };
    }

    /** Where the recorded kernel placed the next mapping without an address; 0 lets the machine choose. */
    public void setRecordedPlace(long address) {
        recordedPlace = address;
    }

    /** All processes in order of birth, dead ones included. */
    public List<ScriptProcess> processes() {
        return List.copyOf(processes);
    }

    Outcome apply(Operation operation) {
        Outcome outcome = target.apply(operation);
        userfaults.addAll(outcome.userfaults());
        lastOperation = outcome.operation();
        return outcome;
    }

    boolean isX86() {
        return isX86(spec);
    }

    static boolean isX86(MachineSpec spec) {
        return spec.architecture().instructionSet() == InstructionSet.X86;
    }

    long recordedPlace() {
        return recordedPlace;
    }

    /** The next free place of the arena. */
    long nextPlace() {
        boolean small = spec.architecture().taskSize() < ARENA;
        return (small ? SMALL_ARENA : ARENA) + ((long) ++order << (small ? SMALL_STEP : STEP));
    }

    /** A name that no device of the machine has: numbers of operations never come twice. */
    String nextDevice() {
        return "kvm-" + (lastOperation + 1);
    }

    /** What each byte of a page holds that {@code uffd copy}, or the thread of {@code uffd open}, supplies. */
    int fill() {
        return fill;
    }

    /** The driver fills files from the page that it supplies to userfaultfd. */
    void setFill(int value) {
        fill = value;
        for (ScriptProcess process : processes) {
            if (process.isRunning() && process.userfaultfd() > 0) {
                apply(new Operation.AnswerUserfaults(process.mm(), process.userfaultfd(), value));
            }
        }
    }

    /** The CPU that processes run on. */
    int cpu() {
        return cpu;
    }

    /** Moves them to another one; false if there is none of that number. */
    boolean runOn(long number) {
        if (number < 0 || number >= spec.cpus()) {
            return false;
        }
        cpu = (int) number;
        return true;
    }

    void setDrain(boolean on) {
        drain = on;
    }

    /** A mapping was refused: its name stands for the place it asked for, if the script wants that. */
    void namePlace(ScriptProcess process, Region region) {
        if (drain && process.places().find(region.name()) == null) {
            process.places().put(region);
        }
    }

    /** A script's name for a file; the first of a name stays. */
    void openFile(String name, String path) {
        files.putIfAbsent(name, path);
    }

    @Nullable
    String pathOf(String name) {
        return files.get(name);
    }

    void add(ScriptProcess child) {
        processes.add(child);
        if (driver != null) {
            driver.startProcess(child.mm());
        }
    }

    /** What the recording driver maps beside the script's own places, if it is there. */
    @Nullable
    DriverSpace driver() {
        return driver;
    }

    /** A process has ended: its descriptors are closed after its address space is gone. */
    void closeDescriptors(ScriptProcess process) {
        process.kvm().closeAll().forEach(vm -> apply(new Operation.DetachDevice(vm.device())));
    }

    /** The process crashed: it is gone. */
    Played died(ScriptProcess process) {
        end(process);
        return Played.ok().withNote(DIED);
    }

    /** A process ends; its children asked to be killed then (PR_SET_PDEATHSIG). */
    void end(ScriptProcess process) {
        apply(new Operation.Exit(process.mm()));
        closeDescriptors(process);
        process.gone();
        for (ScriptProcess child : processes.reversed()) {
            if (child.isRunning() && child.isChildOf(process)) {
                end(child);
            }
        }
    }

    @Nullable
    ScriptProcess find(String name) {
        // a name that was used before means the newest of them
        for (ScriptProcess process : processes.reversed()) {
            if (process.name().equals(name)) {
                return process;
            }
        }
        return null;
    }

    ScriptProcess processOrFirst(String name) {
        ScriptProcess found = find(name);
        return found == null ? processes.getFirst() : found;
    }
}
