package io.mmulab.scenario;

/** {@code config} and what does nothing to memory. */
final class ConfigOps {
    private ConfigOps() {}

    /** From here on a failed mmap or mremap of a new name still names its place, and batches are drained before each line. */
    static Played drain(Call call) {
        call.player().setDrain(call.word(2).equals("on"));
        return Played.ok();
    }

    static Played nothing(Call call) {
        return Played.ok();
    }
}
