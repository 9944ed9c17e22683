package io.mmulab.scenario;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.secondary.DeviceCommand;
import io.mmulab.scenario.ScriptOp.Handler;

/**
 * The table of operations that scripts have. To make one work, give its row a handler; a row without one is an operation
 * that the machine cannot do yet, and playing it says so.
 */
final class ScriptOps {
    private static final String ADVICE =
            "normal|random|sequential|willneed|dontneed|free|remove|dontfork|dofork|mergeable"
                    + "|unmergeable|hugepage|nohugepage|dontdump|dodump|wipeonfork|keeponfork|cold|pageout|populate_read"
                    + "|populate_write|dontneed_locked|collapse|guard_install|guard_remove|hwpoison";

    private static final List<ScriptOp> TABLE = List.of(
            op("mmap", "name num prot "
                    + "private-anon|shared-anon|private-file|shared-file|hugetlb-private|hugetlb-shared|hugetlb-private-file"
                    + "|hugetlb-shared-file"
                    + " ...", MappingOps::mmap),
            op("munmap", "name page num", MappingOps::munmap),
            op("munmapb", "name num num", MappingOps::munmapBytes),
            op("mprotect", "name page num prot", MappingOps::mprotect),
            op("mprotectb", "name num num prot", MappingOps::mprotectBytes),
            op("mremap", "name page num num ...", RemapOps::mremap),
            op("madvise", "name page num " + ADVICE, AdviceOps::madvise),
            op("madviseb", "name num num " + ADVICE, AdviceOps::madviseBytes),
            op("msync", "name page num sync|async|invalidate", LockOps::msync),
            op("mlock", "name page num", LockOps::mlock),
            op("mlock2", "name page num", LockOps::mlockOnFault),
            op("munlock", "name page num", LockOps::munlock),
            op("mlockall", "", LockOps::mlockall),
            op("mbind", "name page num int", AdviceOps::mbind),
            op("move_pages", "name page num int", AdviceOps::movePages),
            op("read", "name [page] [int]", AccessOps::read),
            op("write", "name [page] [num]", AccessOps::write),
            op("rmw", "name [page] [int]", AccessOps::readModifyWrite),
            op("exec", "name [page]", AccessOps::exec),
            op("putret", "name page", AccessOps::putReturn),
            op("readb", "name num", AccessOps::readByte),
            op("writeb", "name num", AccessOps::writeByte),
            op("memwrite", "name page num [name]", MemoryOps::memWrite),
            op("memread", "name page num [name]", MemoryOps::memRead),
            op("pvm_write", "name page num name", MemoryOps::processVmWrite),
            op("pvm_read", "name page num name", MemoryOps::processVmRead),
            op("pin", "name page num", MemoryOps::pin),
            op("unpin", "", MemoryOps::unpin),
            op("clear_refs", "int [name]", MemoryOps::clearRefs),
            op("file", "name num tmpfs|ext [nocache]", FileOps::file),
            op("memfd", "name num [huge]", FileOps::memfd),
            op("truncate", "name num", FileOps::truncate),
            op("punch", "name num num", FileOps::punch),
            op("fsync", "name", FileOps::fsync),
            op("pwrite", "name num num", FileOps::pwrite),
            op("pread", "name num [num]", FileOps::pread),
            op("fork", "name", ProcessOps::fork),
            op("vfork", "name", ProcessOps::fork),
            op("exit", "[name]", ProcessOps::exit),
            op("execve", "[name]", ProcessOps::execve),
            op("kvm attach", "", KvmOps::attach),
            op("kvm vcpu", "", KvmOps::vcpu),
            op("kvm slot", "name page num num [ro|log] [ro|log]", KvmOps::slot),
            op("kvm unslot", "int", KvmOps::unslot),
            op("kvm gread", "num", KvmOps::guestRead),
            op("kvm gwrite", "num [num]", KvmOps::guestWrite),
            op("kvm close", "", KvmOps::close),
            op("cpu", "num", ConfigOps::cpu),
            op("dev attach", "name name ...", DeviceOps::attach),
            op("dev detach", "name", DeviceOps::detach),
            op("dev read", "name name page", DeviceOps::read),
            op("dev write", "name name page [num]", DeviceOps::write),
            command("dev migrate", DeviceCommand.MIGRATE), command("dev migrate_back", DeviceCommand.MIGRATE_BACK),
            command("dev exclusive", DeviceCommand.EXCLUSIVE),
            command("dev check_exclusive", DeviceCommand.CHECK_EXCLUSIVE),
            command("dev snapshot", DeviceCommand.SNAPSHOT), command("dev atomic", DeviceCommand.ATOMIC),
            op("reap", "", ProcessOps::reap),
            op("uffd open", "[num]", UffdOps::open),
            op("uffd register", "name page num name", UffdOps::register),
            op("uffd unregister", "name page num", UffdOps::unregister),
            op("uffd wp", "name page num on|off", UffdOps::writeProtect),
            op("uffd copy", "name page num [name]", UffdOps::copy),
            op("uffd zeropage", "name page num", UffdOps::zeroPage),
            op("ksm scan", "", ConfigOps::ksmScan),
            op("ksm unmerge", "", ConfigOps::ksmUnmerge),
            op("config drain", "on|off", ConfigOps::drain),
            op("config thp", "name", ConfigOps::thp),
            op("config shmem_thp", "name", ConfigOps::shmemThp),
            op("config hugepages", "num", ConfigOps::hugepages),
            op("config swap", "on|off", ConfigOps::swap),
            op("config numa_balancing", "num", null),
            op("config fault_around", "num", ConfigOps::faultAround),
            op("config drop_caches", "num", ConfigOps::dropCaches),
            op("config mthp", "num name", ConfigOps::mthp),
            op("prctl_thp_disable", "", ConfigOps::disableThp),
            op("sleep", "num", ConfigOps::nothing),
            op("nop", "", ConfigOps::nothing));

    private static final Map<String, ScriptOp> BY_NAME = byName();

    private ScriptOps() {}

    private static ScriptOp op(String name, String form, @Nullable Handler handler) {
        return new ScriptOp(name, Syntax.of(form), handler);
    }

    /** Pages of a region, and for an atomic operation what it adds. */
    private static ScriptOp command(String name, DeviceCommand command) {
        return op(name, "name name page num [num]", call -> DeviceOps.command(call, command));
    }

    private static Map<String, ScriptOp> byName() {
        Map<String, ScriptOp> result = new HashMap<>();
        for (ScriptOp op : TABLE) {
            result.put(op.name(), op);
        }
        return Map.copyOf(result);
    }

    /** The row of a line's operation. */
    static ScriptOp find(ScriptLine line) {
        ScriptOp op = BY_NAME.get(line.word(0));
        if (op == null) {
            op = BY_NAME.get(line.word(0) + " " + line.word(1));
        }
        if (op == null) {
            throw new ScriptException(line.number(), "no such operation: " + line.text());
        }
        return op;
    }

    /** Throws if the line is not in the form of its operation. */
    static void check(ScriptLine line) {
        ScriptOp op = find(line);
        op.form().check(line, op.nameWords());
        if (op.name().equals("mmap")) {
            MappingOps.checkMmap(line);
        } else if (op.name().equals("mremap")) {
            RemapOps.check(line);
        } else if (op.name().equals("dev attach")) {
            DeviceOps.check(line);
        }
    }
}
