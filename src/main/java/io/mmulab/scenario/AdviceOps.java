package io.mmulab.scenario;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.Advice;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.scenario.Call.Range;

/** madvise. */
final class AdviceOps {
    private static final int MOST_PAGES = 64;
    private static final int SHOWN_PAGES = 32;

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

    static Played mbind(Call call) {
        Range range = call.range(1);
        return range == null ? Played.refused("no region")
                : call.syscall(new Operation.Mbind(call.mm(), range.start(), range.length(), (int) call.decimal(4)));
    }

    /** As many pages as the driver has room for; it says the status of half of them. */
    static Played movePages(Call call) {
        Range range = call.range(1);
        if (range == null) {
            return Played.refused("no region");
        }
        long step = range.region().pageSize();
        int pages = (int) Math.min(Long.divideUnsigned(range.length(), step), MOST_PAGES);
        Outcome outcome = call.apply(
                new Operation.MovePages(call.mm(), range.start(), pages, step, (int) call.decimal(4)));
        List<Integer> status = Objects.requireNonNull(outcome.pageStatus());
        StringBuilder note = new StringBuilder("status=");
        status.stream().limit(SHOWN_PAGES).forEach(one -> note.append(one).append(','));
        Played played = outcome.error() == null ? Played.of(outcome.result()) : Played.failed(outcome.error());
        return played.withNote(note.toString());
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
