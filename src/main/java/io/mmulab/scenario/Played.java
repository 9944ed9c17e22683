package io.mmulab.scenario;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.Address;
import io.mmulab.kernel.machine.Outcome.Signal;

/**
 * What a line of a script did, in the terms of the recordings.
 *
 * @param result 0, -1, a count or an address
 * @param error name of the errno, if it failed with one
 * @param signal what the process got, if anything
 * @param value the byte that was read
 * @param note what the driver says beside it; empty if nothing
 * @param uffdFaults faults that the process's userfaultfd thread served
 * @param uffdLog what that thread said, one part a fault
 * @param notSimulated why the machine could not do it; null if it could
 */
public record Played(@Address long result, @Nullable String error, @Nullable Signal signal, @Nullable Integer value,
        String note, int uffdFaults, String uffdLog, @Nullable String notSimulated) {

    private static final Played OK = new Played(0, null, null, null, "", 0, "", null);

    /** It returned 0 and says nothing. */
    public static Played ok() {
        return OK;
    }

    /** It returned a number or an address. */
    public static Played of(long result) {
        return OK.withResult(result);
    }

    /** It failed with an errno. */
    public static Played failed(String error) {
        return new Played(-1, error, null, null, "", 0, "", null);
    }

    /** The driver itself refused the line. */
    public static Played refused(String why) {
        return failed("EINVAL").withNote("driver: " + why);
    }

    /** The machine cannot do it. */
    public static Played notSimulated(String why) {
        return new Played(-1, null, null, null, "", 0, "", why);
    }

    /** The same with another result. */
    public Played withResult(long other) {
        return new Played(other, error, signal, value, note, uffdFaults, uffdLog, notSimulated);
    }

    /** The same with a value. */
    public Played withValue(@Nullable Integer other) {
        return new Played(result, error, signal, other, note, uffdFaults, uffdLog, notSimulated);
    }

    /** The same with a note. */
    public Played withNote(String other) {
        return new Played(result, error, signal, value, other, uffdFaults, uffdLog, notSimulated);
    }

    /** The same, ended by a signal. */
    public Played withSignal(Signal other) {
        return new Played(-1, error, other, value, note, uffdFaults, uffdLog, notSimulated);
    }

    /** The same, after which a signal came; the driver does not look at errno then. */
    public Played besideSignal(Signal other) {
        return new Played(result, null, other, value, note, uffdFaults, uffdLog, notSimulated);
    }

    /** The same with what the userfaultfd thread did. */
    public Played withUffd(int faults, String log) {
        return new Played(result, error, signal, value, note, faults, log, notSimulated);
    }
}
