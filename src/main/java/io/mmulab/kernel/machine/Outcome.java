package io.mmulab.kernel.machine;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.fault.FaultPath;
import io.mmulab.kernel.secondary.AccessStatus;

/**
 * What an operation did.
 *
 * @param operation number of the operation within the machine, from 1
 * @param result returned value; negative errno on failure
 * @param error name of the errno, on failure
 * @param signal what the accessing process would get, if anything
 * @param value the byte that an access read or wrote, 0 to 255
 * @param deviceStatus how a device's access ended
 * @param faults the first faults, in order
 * @param faultCount all faults
 * @param userfaults the faults that user space was told of, in order
 * @param firstEvent sequence number of the first event; {@code lastEvent + 1} if there was none
 * @param lastEvent sequence number of the last event so far
 * @param nanoseconds simulated time that it took
 * @param resident what mincore found: a character a page, 1 if it is in memory, 0 if not
 * @param pageStatus what move_pages says of each page: its node, a negative errno, or -99 if it was not reached
 * @param devicePages what a device's snapshot says of each page: ERROR, NONE, or READ or WRITE with where the page is
 */
public record Outcome(long operation, @Address long result, @Nullable String error, @Nullable Signal signal,
        @Nullable Integer value, @Nullable AccessStatus deviceStatus, List<Fault> faults, long faultCount,
        List<Userfault> userfaults, long firstEvent, long lastEvent, long nanoseconds, @Nullable String resident,
        @Nullable List<Integer> pageStatus, @Nullable List<String> devicePages) {

    /**
     * A signal.
     *
     * @param name SIGSEGV or SIGBUS
     * @param code {@code si_code}: SEGV_MAPERR, SEGV_ACCERR, SEGV_PKUERR, BUS_ADRERR, BUS_MCEERR_AR
     * @param address the faulting address
     */
    public record Signal(String name, String code, @Address long address) {}

    /**
     * One run of the fault handler.
     *
     * @param mm address space
     * @param access what was tried
     * @param path where in the handler's decision tree it ended
     * @param function the kernel function of that path
     * @param major whether I/O was needed
     * @param result OK, SIGSEGV, SIGBUS or OOM
     * @param address the faulting address
     */
    public record Fault(int mm, @Address long address, AccessKind access, FaultPath path, String function,
            boolean major, String result) {}

    /**
     * One message of userfaultfd, and how its reader resolved it.
     *
     * @param address of the page
     * @param flags 1: a write; 2: to a write-protected page
     * @param resolved what the resolving call returned: 0 or a negative errno
     */
    public record Userfault(@Address long address, int flags, long resolved) {}
}
