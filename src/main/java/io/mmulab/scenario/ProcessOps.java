package io.mmulab.scenario;

import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;

/** fork, exit, execve. */
final class ProcessOps {
    private ProcessOps() {}

    /** {@code reap}: the OOM reaper takes the process's private memory. */
    static Played reap(Call call) {
        return call.syscall(new Operation.ReapMemory(call.mm(), true));
    }

    static Played fork(Call call) {
        ScenarioPlayer player = call.player();
        if (player.processes().size() == ScenarioPlayer.MAX_PROCESSES) {
            return Played.refused("procs");
        }
        Outcome outcome = call.apply(new Operation.Fork(call.mm()));
        if (outcome.error() != null) {
            return Played.failed(outcome.error());
        }
        ScriptProcess child = call.process().fork(call.word(1), (int) outcome.result());
        player.add(child);
        return Played.ok();
    }

    /** Ends the named process, or the first one. Another program does not listen. */
    static Played exit(Call call) {
        ScriptProcess process = call.player().processOrFirst(call.word(1));
        if (process.isAlive()) {
            call.player().end(process);
        }
        return Played.ok();
    }

    /** The named process becomes another program, which the script cannot talk to. */
    static Played execve(Call call) {
        ScriptProcess process = call.player().processOrFirst(call.word(1));
        if (!process.isAlive()) {
            return Played.ok();
        }
        Outcome outcome = call.apply(new Operation.Exec(process.mm(), DriverSpace.START_BRK));
        call.player().closeDescriptors(process);
        process.execTo((int) outcome.result());
        return Played.ok();
    }
}
