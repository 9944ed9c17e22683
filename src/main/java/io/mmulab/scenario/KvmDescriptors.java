package io.mmulab.scenario;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a process of the driver remembers of KVM: its latest VM and vCPU, and the number of its next slot. A VM whose
 * descriptor is forgotten stays open until the process ends.
 */
final class KvmDescriptors {
    private final List<VirtualMachine> open = new ArrayList<>();
    private @Nullable VirtualMachine vm;
    private @Nullable VirtualMachine vcpuOf;
    private int nextSlot;
    private long run;

    KvmDescriptors() {}

    /** A fork's child has its parent's descriptors. */
    KvmDescriptors(KvmDescriptors parent) {
        for (VirtualMachine each : parent.open) {
            hold(each);
        }
        vm = parent.vm;
        vcpuOf = parent.vcpuOf;
        nextSlot = parent.nextSlot;
        run = parent.run;
    }

    private void hold(VirtualMachine machine) {
        machine.opened();
        open.add(machine);
    }

    /** The latest VM, if it was not closed. */
    @Nullable
    VirtualMachine vm() {
        return vm;
    }

    /** The VM of the vCPU, if there is one. */
    @Nullable
    VirtualMachine vcpuOf() {
        return vcpuOf;
    }

    void attached(VirtualMachine machine) {
        hold(machine);
        vm = machine;
    }

    /**
     * A vCPU is there.
     *
     * @param shared where the process maps the pages that it shares with KVM, 0 if it does not
     */
    void vcpuMade(VirtualMachine machine, long shared) {
        hold(machine);
        vcpuOf = machine;
        run = shared;
    }

    /** Where the pages are that the process shares with KVM; 0 if it has none. */
    long run() {
        return run;
    }

    int takeSlot() {
        return nextSlot++;
    }

    /** Closes the VM and the vCPU; what nobody has open any more. */
    List<VirtualMachine> close() {
        List<VirtualMachine> gone = new ArrayList<>();
        release(vcpuOf, gone);
        release(vm, gone);
        vm = null;
        vcpuOf = null;
        run = 0;
        return gone;
    }

    /** The process has ended: closes everything; what nobody has open any more. */
    List<VirtualMachine> closeAll() {
        List<VirtualMachine> gone = new ArrayList<>();
        for (VirtualMachine each : List.copyOf(open)) {
            release(each, gone);
        }
        vm = null;
        vcpuOf = null;
        return gone;
    }

    private void release(@Nullable VirtualMachine machine, List<VirtualMachine> gone) {
        if (machine != null && open.remove(machine) && machine.closed()) {
            gone.add(machine);
        }
    }
}
