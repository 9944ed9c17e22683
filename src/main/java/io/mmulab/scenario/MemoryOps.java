package io.mmulab.scenario;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.AccessKind;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.scenario.Call.Range;

/** Memory of another process or one's own through the kernel: /proc/PID/mem, process_vm_*, clear_refs, pinned buffers. */
final class MemoryOps {
    private static final int VALUE = 3;
    private static final int PROCESS = 4;

    private MemoryOps() {}

    static Played memWrite(Call call) {
        return procMem(call, AccessKind.WRITE);
    }

    static Played memRead(Call call) {
        return procMem(call, AccessKind.READ);
    }

    private static Played procMem(Call call, AccessKind access) {
        Region region = call.region(1);
        if (region == null) {
            return call.crash();
        }
        ScriptProcess target = target(call, PROCESS);
        long address = region.page(call.decimal(2));
        return !target.isRunning() ? Played.failed("EBADF").withValue(value(call))
                : transfer(call, new Operation.ProcMem(call.mm(), target.mm(), address, access, value(call)));
    }

    static Played processVmWrite(Call call) {
        return processVm(call, AccessKind.WRITE);
    }

    static Played processVmRead(Call call) {
        return processVm(call, AccessKind.READ);
    }

    private static Played processVm(Call call, AccessKind access) {
        Region region = call.region(1);
        if (region == null) {
            return call.crash();
        }
        ScriptProcess target = target(call, PROCESS);
        long address = region.page(call.decimal(2));
        return !target.isRunning() ? Played.failed("ESRCH").withValue(value(call))
                : transfer(call, new Operation.ProcessVm(call.mm(), target.mm(), address, access, value(call)));
    }

    /** The driver's byte is shown whether it was transferred or not. */
    private static Played transfer(Call call, Operation operation) {
        Outcome outcome = call.apply(operation);
        return outcome.error() != null ? Played.failed(outcome.error()).withValue(value(call))
                : Played.of(outcome.result()).withValue(outcome.value());
    }

    private static int value(Call call) {
        return (int) call.number(VALUE) & 0xff;
    }

    /** The named process, which may be gone; without a known name the process itself. */
    private static ScriptProcess target(Call call, int position) {
        @Nullable
        ScriptProcess named = call.line().size() > position ? call.player().find(call.word(position)) : null;
        return named == null ? call.process() : named;
    }

    static Played clearRefs(Call call) {
        ScriptProcess target = target(call, 2);
        return !target.isRunning() ? Played.failed("ENOENT")
                : call.syscall(new Operation.ClearRefs(call.mm(), target.mm(), (int) call.decimal(1)));
    }

    static Played pin(Call call) {
        Range range = call.range(1);
        return range == null ? Played.refused("no region")
                : call.syscall(new Operation.RegisterBuffer(call.mm(), range.start(), range.length()));
    }

    static Played unpin(Call call) {
        return call.syscall(new Operation.UnregisterBuffer(call.mm()));
    }
}
