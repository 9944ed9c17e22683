package io.mmulab.scenario;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;

/**
 * One line being played.
 *
 * @param player who plays it
 * @param process the process that runs it
 * @param line the line
 */
record Call(ScenarioPlayer player, ScriptProcess process, ScriptLine line) {

    /** Part of a region. */
    record Range(Region region, long start, long length) {}

    int mm() {
        return process.mm();
    }

    String word(int position) {
        return line.word(position);
    }

    long decimal(int position) {
        return Numbers.decimal(word(position));
    }

    long number(int position) {
        return Numbers.unsigned(word(position));
    }

    @Nullable
    Region region(int position) {
        return process.places().find(word(position));
    }

    /** {@code REGION i n} from a position on: null if there is no such region. */
    @Nullable
    Range range(int position) {
        Region region = region(position);
        return region == null ? null
                : new Range(region, region.page(decimal(position + 1)), number(position + 2) * region.pageSize());
    }

    Outcome apply(Operation operation) {
        return player.apply(operation);
    }

    /** A system call's outcome as the driver reports it. */
    Played syscall(Operation operation) {
        Outcome outcome = apply(operation);
        Played played = outcome.error() == null ? Played.of(outcome.result()) : Played.failed(outcome.error());
        return outcome.signal() == null ? played : played.besideSignal(outcome.signal());
    }

    /** The driver would crash on a name that it does not know. */
    Played crash() {
        return player.died(process);
    }
}
