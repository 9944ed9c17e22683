package io.mmulab.scenario;

import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.RemapFlag;
import io.mmulab.scenario.Call.Range;

/** mremap. */
final class RemapOps {
    private static final int FIRST_OPTION = 5;

    private RemapOps() {}

    /** Throws if the words after the length are not options of mremap. */
    static void check(ScriptLine line) {
        for (int i = FIRST_OPTION; i < line.size(); i++) {
            switch (line.word(i)) {
                case "maymove", "dontunmap" -> {}
                case "to", "as" -> {
                    i++;
                    if (i >= line.size()) {
                        throw new ScriptException(line.number(), "mremap: a name is missing");
                    }
                }
                default -> throw new ScriptException(line.number(), "mremap: no such option: " + line.word(i));
            }
        }
    }

    static Played mremap(Call call) {
        Range range = call.range(1);
        if (range == null) {
            return Played.refused("no region");
        }
        Region region = range.region();
        long length = call.number(4) * region.pageSize();
        Set<RemapFlag> flags = EnumSet.noneOf(RemapFlag.class);
        String as = null;
        long to = 0;
        ScriptLine line = call.line();
        for (int i = FIRST_OPTION; i < line.size(); i++) {
            switch (line.word(i)) {
                case "maymove" -> flags.add(RemapFlag.MREMAP_MAYMOVE);
                case "to" -> {
                    i++;
                    flags.addAll(EnumSet.of(RemapFlag.MREMAP_MAYMOVE, RemapFlag.MREMAP_FIXED));
                    to = line.word(i).equals("new") ? call.player().nextPlace()
                            : call.process().places().resolve(line.word(i));
                }
                case "dontunmap" ->
                        flags.addAll(EnumSet.of(RemapFlag.MREMAP_MAYMOVE, RemapFlag.MREMAP_DONTUNMAP));
                default -> as = line.word(++i);
            }
        }
        Outcome outcome = call.apply(
                new Operation.Mremap(call.mm(), range.start(), range.length(), length, flags, to));
        if (outcome.error() != null) {
            if (as != null && to != 0) {
                call.player().namePlace(call.process(), new Region(as, to, length, region.pageSize()));
            }
            return Played.failed(outcome.error());
        }
        call.process().places().put(moved(region, as, range.start(), outcome.result(), length));
        return Played.of(outcome.result());
    }

    /** What the name stands for afterwards. */
    private static Region moved(Region region, @Nullable String as, long from, long to, long length) {
        if (as != null) {
            return new Region(as, to, length, region.pageSize());
        }
        if (to != from) {
            return new Region(region.name(), to, length, region.pageSize());
        }
        long reach = from - region.base() + length;
        return reach > region.length() || from == region.base() ? region.resized(reach) : region;
    }
}
