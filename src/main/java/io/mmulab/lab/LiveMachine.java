package io.mmulab.lab;

import java.util.HashMap;
import java.util.Map;

import io.mmulab.kernel.event.EventColumns;
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.kernel.machine.NoSuchObjectException;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Operations;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.secondary.DeviceFactory;
import io.mmulab.kernel.syscall.NotSimulatedException;
import io.mmulab.lab.RefusedException.Reason;

/** A machine in memory. Its events go to whoever listens at the moment: the store, or nobody while it is rebuilt. */
final class LiveMachine {
    private final Machine machine;
    private final Operations operations;
    private final Map<Integer, String> deviceNames = new HashMap<>();
    private EventConsumer listener = EventConsumer.NONE;

    LiveMachine(MachineSpec spec, DeviceFactory devices) {
        DeviceFactory naming = (model, id, name, options, services) -> {
            deviceNames.put(id, name);
            return devices.create(model, id, name, options, services);
        };
        machine = new Machine(spec, naming, this::pass);
        operations = new Operations(machine);
    }

    Machine machine() {
        return machine;
    }

    String deviceName(int id) {
        return deviceNames.getOrDefault(id, "device " + id);
    }

    void listen(EventConsumer to) {
        listener = to;
    }

    private void pass(EventColumns events) {
        listener.accept(events);
    }

    /** After an exception, this object is of no further use. */
    Outcome apply(Operation operation) {
        try {
            return operations.apply(operation);
        } catch (NoSuchObjectException e) {
            throw new RefusedException(Reason.NO_SUCH_OBJECT, "", "the machine has no " + e.getMessage());
        } catch (NotSimulatedException e) {
            throw new RefusedException(Reason.NOT_SIMULATED, "", String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Reason.INVALID_OPERATION, "", String.valueOf(e.getMessage()));
        }
    }
}
