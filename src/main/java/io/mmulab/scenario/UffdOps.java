package io.mmulab.scenario;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.IntFunction;

import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.UserfaultMode;
import io.mmulab.scenario.Call.Range;

/** userfaultfd. A thread of the process that opens it answers: see {@link Operation.OpenUserfaultfd}. */
final class UffdOps {
    private static final long BASE_PAGE = 4096;
    private static final int MODE = 5;

    private UffdOps() {}

    static Played open(Call call) {
        long features = call.line().size() > 2 ? call.number(2) : 0;
        Outcome outcome = call.apply(new Operation.OpenUserfaultfd(call.mm(), features, call.player().fill()));
        if (outcome.error() != null) {
            call.process().openUserfaultfd(ScriptProcess.USERFAULTFD_UNUSABLE);
            return Played.failed(outcome.error());
        }
        call.process().openUserfaultfd((int) outcome.result());
        return Played.ok();
    }

    static Played register(Call call) {
        Set<UserfaultMode> modes = EnumSet.noneOf(UserfaultMode.class);
        if (call.word(MODE).contains("wp")) {
            modes.add(UserfaultMode.WP);
        }
        if (call.word(MODE).contains("missing")) {
            modes.add(UserfaultMode.MISSING);
        }
        return ioctl(call, range -> context -> new Operation.RegisterUserfaults(call.mm(), context, range.start(),
                range.length(), modes));
    }

    static Played unregister(Call call) {
        return ioctl(call, range -> context -> new Operation.UnregisterUserfaults(call.mm(), context, range.start(),
                range.length()));
    }

    static Played writeProtect(Call call) {
        boolean on = call.word(MODE).equals("on");
        return ioctl(call, range -> context -> new Operation.WriteProtectUserfaults(call.mm(), context, range.start(),
                range.length(), on));
    }

    /** One base page, whatever the length says. */
    static Played copy(Call call) {
        boolean writeProtected = call.word(MODE).equals("wp");
        return ioctl(call, range -> context -> new Operation.CopyUserfaultPages(call.mm(), context, range.start(),
                BASE_PAGE, call.player().fill(), writeProtected));
    }

    static Played zeroPage(Call call) {
        return ioctl(call, range -> context -> new Operation.ZeroUserfaultPages(call.mm(), context, range.start(),
                range.length()));
    }

    private interface OnRange {
        IntFunction<Operation> of(Range range);
    }

    private static Played ioctl(Call call, OnRange operation) {
        Range range = call.range(2);
        if (range == null) {
            return Played.refused("no region");
        }
        int context = call.process().userfaultfd();
        if (context == ScriptProcess.NO_USERFAULTFD) {
            return Played.failed("EBADF");
        }
        return context == ScriptProcess.USERFAULTFD_UNUSABLE ? Played.failed("EINVAL")
                : call.syscall(operation.of(range).apply(context));
    }
}
