package io.mmulab.kernel.machine;

import java.util.List;

import io.mmulab.kernel.gup.FixedBuffers;
import io.mmulab.kernel.gup.RemoteAccess;
import io.mmulab.kernel.machine.Outcome.Userfault;
import io.mmulab.kernel.proc.ClearRefs;
import io.mmulab.kernel.uffd.UserfaultLog;
import io.mmulab.kernel.uffd.Userfaultfd;

/** Operations on memory by others than its owner's loads and stores: userfaultfd, /proc, process_vm_*, io_uring. */
final class MemoryOperations {
    private final Machine machine;
    private final Userfaultfd userfaultfd;
    private final UserfaultLog userfaults;
    private final ClearRefs clearRefs;
    private final RemoteAccess remote;
    private final FixedBuffers buffers;

    MemoryOperations(Machine machine) {
        this.machine = machine;
        UserMemory parts = machine.userMemory();
        this.userfaultfd = parts.userfaultfd();
        this.userfaults = parts.userfaults();
        this.clearRefs = parts.clearRefs();
        this.remote = parts.remote();
        this.buffers = parts.buffers();
    }

    long open(Operation.OpenUserfaultfd op) {
        return userfaultfd.open(machine.addressSpace(op.mm()), op.features(), (byte) op.fill());
    }

    long answer(Operation.AnswerUserfaults op) {
        return userfaultfd.answer(op.context(), (byte) op.fill());
    }

    long register(Operation.RegisterUserfaults op) {
        return userfaultfd.register(op.context(), op.address(), op.length(), UserfaultMode.flags(op.modes()));
    }

    long unregister(Operation.UnregisterUserfaults op) {
        return userfaultfd.unregister(op.context(), op.address(), op.length());
    }

    long writeProtect(Operation.WriteProtectUserfaults op) {
        return userfaultfd.writeProtect(op.context(), op.address(), op.length(), op.on());
    }

    long copy(Operation.CopyUserfaultPages op) {
        return userfaultfd.copy(op.context(), op.address(), op.length(), (byte) op.value(), op.writeProtected());
    }

    long zero(Operation.ZeroUserfaultPages op) {
        return userfaultfd.zeroPage(op.context(), op.address(), op.length());
    }

    long move(Operation.MoveUserfaultPages op) {
        return userfaultfd.move(machine.addressSpace(op.mm()), op.context(), op.address(), op.source(), op.length(),
                op.allowHoles());
    }

    long clearRefs(Operation.ClearRefs op) {
        return clearRefs.write(machine.addressSpace(op.target()), op.type());
    }

    long procMem(Operation.ProcMem op) {
        return remote.procMem(machine.addressSpace(op.target()), op.address(), isWrite(op.access()),
                (byte) op.value());
    }

    long processVm(Operation.ProcessVm op) {
        return remote.processVm(machine.addressSpace(op.target()), op.address(), isWrite(op.access()),
                (byte) op.value());
    }

    int lastValue() {
        return remote.lastValue() & 0xff;
    }

    private static boolean isWrite(AccessKind access) {
        if (access == AccessKind.EXEC) {
            throw new IllegalArgumentException("memory of another process is read or written");
        }
        return access == AccessKind.WRITE;
    }

    long registerBuffer(Operation.RegisterBuffer op) {
        return buffers.register(machine.addressSpace(op.mm()), op.address(), op.length());
    }

    long unregisterBuffer(Operation.UnregisterBuffer op) {
        return buffers.unregister(machine.addressSpace(op.mm()));
    }

    List<Userfault> userfaults() {
        return userfaults.entries().stream().map(each -> new Userfault(each.address(), each.flags(), each.resolved()))
                .toList();
    }
}
