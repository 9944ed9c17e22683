package io.mmulab.scenario;

import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;

/** {@code config} and what does nothing to memory. */
final class ConfigOps {
    private ConfigOps() {}

    /** From here on a failed mmap or mremap of a new name still names its place, and batches are drained before each line. */
    static Played drain(Call call) {
        call.player().setDrain(call.word(2).equals("on"));
        return Played.ok();
    }

    /** {@code cpu N}: accesses of processes come from that CPU from here on. */
    static Played cpu(Call call) {
        return call.player().runOn(call.number(1)) ? Played.ok() : Played.refused("no such CPU");
    }

    static Played thp(Call call) {
        return call.syscall(new Operation.SetThp("enabled", call.word(2)));
    }

    static Played shmemThp(Call call) {
        return call.syscall(new Operation.SetThp("shmem_enabled", call.word(2)));
    }

    /** Folios of a size in kibibytes. */
    static Played mthp(Call call) {
        return call.syscall(new Operation.SetThp("hugepages-" + call.word(2) + "kB/enabled", call.word(3)));
    }

    static Played disableThp(Call call) {
        return call.syscall(new Operation.DisableThp(call.mm(), true));
    }

    static Played swap(Call call) {
        return call.syscall(new Operation.Swap(call.word(2).equals("on")));
    }

    static Played faultAround(Call call) {
        return call.syscall(new Operation.FaultAround(call.number(2)));
    }

    static Played ksmScan(Call call) {
        return call.syscall(new Operation.KsmScan());
    }

    static Played ksmUnmerge(Call call) {
        return call.syscall(new Operation.KsmUnmerge());
    }

    static Played dropCaches(Call call) {
        return call.syscall(new Operation.DropCaches());
    }

    /** Size of the pool of 2 MiB pages. */
    static Played hugepages(Call call) {
        Outcome outcome = call.apply(new Operation.SetHugepages(2048, call.number(2)));
        return Played.ok().withNote(Long.toString(outcome.result()));
    }

    static Played nothing(Call call) {
        return Played.ok();
    }
}
