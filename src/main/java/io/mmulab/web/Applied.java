package io.mmulab.web;

import java.util.List;

import org.springframework.stereotype.Component;

import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.lab.Machines;

/** Operations that are written as changes of resources. */
@Component
class Applied {
    private final Machines machines;

    Applied(Machines machines) {
        this.machines = machines;
    }

    /** On an address space that is there, whatever comes of it. */
    Outcome on(String machine, int addressSpace, Operation operation) {
        machines.look(machine, here -> here.addressSpace(addressSpace).id());
        return machines.apply(machine, List.of(operation)).getFirst();
    }

    /** As {@link #on}; a system call that failed is a problem, although the journal has it. */
    Outcome successfully(String machine, int addressSpace, Operation operation) {
        return checked(on(machine, addressSpace, operation));
    }

    /** On a device that is there. */
    Outcome onDevice(String machine, String device, Operation operation) {
        machines.look(machine, here -> here.device(device).id());
        return machines.apply(machine, List.of(operation)).getFirst();
    }

    private static Outcome checked(Outcome outcome) {
        String errno = outcome.error();
        if (errno != null) {
            throw ProblemException.withErrno(errno, "The kernel answered " + errno + ". Operation "
                    + outcome.operation()
                    + " of the journal has the call and its outcome; the system call's manual page says when it fails so.");
        }
        return outcome;
    }
}
