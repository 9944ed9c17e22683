package io.mmulab.scenario;

import java.util.Map;

import io.mmulab.kernel.machine.AccessKind;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.secondary.AccessStatus;
import io.mmulab.scenario.ScriptProcess.VirtualMachine;

/** A virtual machine of a process: slots of guest memory, and a guest that loads and stores one byte at a time. */
final class KvmOps {
    /** Guest physical address of guest page 0 ({@code GDATA}). */
    static final long GUEST_DATA = 0x40000000L;
    private static final long PAGE = 4096;
    private static final int DEFAULT_VALUE = 0x33;

    private KvmOps() {}

    static Played attach(Call call) {
        String device = call.player().nextDevice();
        Outcome outcome = call.apply(
                new Operation.AttachDevice(device, "kvm", call.mm(), Map.of("slots", "none")));
        if (outcome.error() != null) {
            return Played.failed(outcome.error());
        }
        call.process().openVm(new VirtualMachine(device, call.mm()));
        return Played.ok();
    }

    static Played guestRead(Call call) {
        return access(call, AccessKind.READ, 0);
    }

    static Played guestWrite(Call call) {
        int value = call.line().size() > 3 ? (int) call.number(3) & 0xff : DEFAULT_VALUE;
        return access(call, AccessKind.WRITE, value);
    }

    static Played close(Call call) {
        VirtualMachine vm = call.process().vm();
        if (vm != null) {
            call.process().closeVm();
            call.apply(new Operation.DetachDevice(vm.device()));
        }
        return Played.ok();
    }

    private static Played access(Call call, AccessKind kind, int value) {
        VirtualMachine vm = call.process().vm();
        if (vm == null) {
            return Played.failed("EBADF");
        }
        if (vm.mm() != call.mm()) {
            return Played.failed("EIO");
        }
        long address = GUEST_DATA + call.number(2) * PAGE;
        Outcome outcome = call.apply(new Operation.DeviceAccess(vm.device(), address, kind, value));
        if (outcome.deviceStatus() != AccessStatus.OK) {
            return Played.failed("EFAULT").withNote("KVM_RUN errno=14");
        }
        return Played.ok().withValue(outcome.value()).withNote("kvm-exit=done");
    }
}
