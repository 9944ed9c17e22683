package io.mmulab.scenario;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.Advice;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.scenario.Call.Range;

/** madvise. */
final class AdviceOps {
    private AdviceOps() {}

    static Played madvise(Call call) {
        Range range = call.range(1);
        return range == null ? Played.refused("no region") : madvise(call, range.start(), range.length());
    }

    /** As madvise, exact to the byte. */
    static Played madviseBytes(Call call) {
        Region region = call.region(1);
        return region == null ? call.crash() : madvise(call, region.base() + call.number(2), call.number(3));
    }

    private static Played madvise(Call call, long start, long length) {
        Advice advice = advice(call.word(4));
        return advice == null ? Played.notSimulated("madvise " + call.word(4))
                : call.syscall(new Operation.Madvise(call.mm(), start, length, advice));
    }

    private static @Nullable Advice advice(String word) {
        String name = "MADV_" + word.toUpperCase(Locale.ROOT);
        for (Advice advice : Advice.values()) {
            if (advice.name().equals(name)) {
                return advice;
            }
        }
        return null;
    }
}
