package io.mmulab.scenario;

import java.util.EnumSet;
import java.util.Set;

import io.mmulab.kernel.machine.LockFlag;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.SyncFlag;
import io.mmulab.scenario.Call.Range;

/** mlock, mlock2, munlock, mlockall, msync. */
final class LockOps {
    private LockOps() {}

    static Played mlock(Call call) {
        return lock(call, false);
    }

    static Played mlockOnFault(Call call) {
        return lock(call, true);
    }

    private static Played lock(Call call, boolean onFault) {
        Range range = call.range(1);
        return range == null ? Played.refused("no region")
                : call.syscall(new Operation.Mlock(call.mm(), range.start(), range.length(), onFault));
    }

    static Played munlock(Call call) {
        Range range = call.range(1);
        return range == null ? Played.refused("no region")
                : call.syscall(new Operation.Munlock(call.mm(), range.start(), range.length()));
    }

    static Played mlockall(Call call) {
        Set<LockFlag> flags = EnumSet.of(LockFlag.MCL_CURRENT, LockFlag.MCL_FUTURE);
        return call.syscall(new Operation.Mlockall(call.mm(), flags));
    }

    static Played msync(Call call) {
        Range range = call.range(1);
        SyncFlag how = switch (call.word(4)) {
            case "sync" -> SyncFlag.MS_SYNC;
            case "async" -> SyncFlag.MS_ASYNC;
            default -> SyncFlag.MS_INVALIDATE;
        };
        return range == null ? Played.refused("no region")
                : call.syscall(new Operation.Msync(call.mm(), range.start(), range.length(), EnumSet.of(how)));
    }
}
