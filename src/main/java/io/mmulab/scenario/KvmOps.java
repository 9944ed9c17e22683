package io.mmulab.scenario;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.AccessKind;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.Outcome.Signal;
import io.mmulab.kernel.secondary.AccessStatus;

/** A virtual machine of a process: slots of guest memory, and a guest that loads and stores one byte at a time. */
final class KvmOps {
    /** Guest physical address of guest page 0 ({@code GDATA}). */
    static final long GUEST_DATA = 0x40000000L;
    private static final long PAGE = 4096;
    private static final int DEFAULT_VALUE = 0x33;
    private static final int FIRST_OPTION = 6;

    private KvmOps() {}

    static Played attach(Call call) {
        String device = call.player().nextDevice();
        Outcome outcome = call.apply(
                new Operation.AttachDevice(device, "kvm", call.mm(), Map.of("slots", "none")));
        if (outcome.error() != null) {
            return Played.failed(outcome.error());
        }
        call.process().kvm().attached(new VirtualMachine(device, call.mm()));
        return Played.ok();
    }

    /** {@code kvm slot A i n GFN [ro] [log]}: each slot has a number of its own, even if it is refused. */
    static Played slot(Call call) {
        Region region = call.region(2);
        if (region == null) {
            return Played.refused("no region");
        }
        int slot = call.process().kvm().takeSlot();
        VirtualMachine vm = call.process().kvm().vm();
        Played unusable = unusable(call, vm);
        if (vm == null || unusable != null) {
            return unusable == null ? Played.ok() : unusable;
        }
        return call.syscall(new Operation.SetMemoryRegion(vm.device(), slot, guestAddress(call, 5),
                region.page(call.decimal(3)), call.number(4) * region.pageSize(), call.line().has("ro", FIRST_OPTION),
                call.line().has("log", FIRST_OPTION)));
    }

    static Played unslot(Call call) {
        VirtualMachine vm = call.process().kvm().vm();
        Played unusable = unusable(call, vm);
        if (vm == null || unusable != null) {
            return unusable == null ? Played.ok() : unusable;
        }
        return call.syscall(
                new Operation.SetMemoryRegion(vm.device(), (int) call.decimal(2), 0, 0, 0, false, false));
    }

    /** A vCPU is made when the guest first runs, or by this. */
    static Played vcpu(Call call) {
        KvmDescriptors kvm = call.process().kvm();
        VirtualMachine vm = kvm.vm();
        Played unusable = unusable(call, vm);
        if (vm == null || unusable != null) {
            return unusable == null ? Played.ok() : unusable;
        }
        if (vm.equals(kvm.vcpuOf())) {
            return Played.failed("EINVAL");
        }
        DriverSpace driver = call.player().driver();
        kvm.vcpuMade(vm, driver == null ? 0 : driver.startGuest(call.mm(), vm.device()));
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
        KvmDescriptors kvm = call.process().kvm();
        DriverSpace driver = call.player().driver();
        if (driver != null && kvm.run() != 0) {
            driver.endGuest(call.mm(), kvm.run());
        }
        kvm.close().forEach(vm -> call.apply(new Operation.DetachDevice(vm.device())));
        return Played.ok();
    }

    /** A descriptor that is closed, or that belongs to another address space; null if it can be used. */
    private static @Nullable Played unusable(Call call, @Nullable VirtualMachine vm) {
        if (vm == null) {
            return Played.failed("EBADF");
        }
        return vm.belongsTo(call.mm()) ? null : Played.failed("EIO");
    }

    private static long guestAddress(Call call, int position) {
        return GUEST_DATA + call.number(position) * PAGE;
    }

    private static Played access(Call call, AccessKind kind, int value) {
        KvmDescriptors kvm = call.process().kvm();
        if (kvm.vcpuOf() == null) {
            Played made = vcpu(call);
            if (made.error() != null) {
                return made;
            }
        }
        VirtualMachine guest = kvm.vcpuOf();
        DriverSpace driver = call.player().driver();
        if (driver != null && kvm.run() != 0) {
            driver.prepareRun(call.mm(), kvm.run());
        }
        Played unusable = unusable(call, guest);
        if (guest == null || unusable != null) {
            return unusable == null ? Played.ok() : unusable;
        }
        if (driver != null) {
            driver.fetchGuestCode(guest.device());
        }
        long address = guestAddress(call, 2);
        Outcome outcome = call.apply(new Operation.DeviceAccess(guest.device(), address, kind, value));
        return played(outcome, address, kind);
    }

    private static Played played(Outcome outcome, long address, AccessKind kind) {
        AccessStatus status = outcome.deviceStatus();
        if (status == AccessStatus.OK) {
            return Played.ok().withValue(outcome.value()).withNote("kvm-exit=done");
        }
        if (status == AccessStatus.MMIO) {
            return Played.of(-1).withNote("kvm-exit=MMIO gpa=0x" + Long.toHexString(address) + " write="
                    + (kind == AccessKind.WRITE ? 1 : 0));
        }
        Signal signal = outcome.signal();
        return signal == null ? Played.failed("EFAULT").withNote("KVM_RUN errno=14")
                : Played.ok().withSignal(signal).withNote("KVM_RUN errno=4 exit=10");
    }
}
