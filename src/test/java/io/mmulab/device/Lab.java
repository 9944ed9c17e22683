package io.mmulab.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.coherence.AuditRule;
import io.mmulab.kernel.coherence.Finding;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.EventColumns;
import io.mmulab.kernel.event.EventSink;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.ViolationKind;
import io.mmulab.kernel.machine.AccessKind;
import io.mmulab.kernel.machine.Advice;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Operations;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.kernel.vma.MappedFile;

/** A machine with short names for what the tests do to it, and its event rows. */
public final class Lab {
    /** Where the tests map. */
    public static final long A = 0x1000_0000L;
    /** The base page of {@link #RECORDED}. */
    public static final long PAGE = 4096;
    /** Architectures whose flush functions call the secondary-TLB hook for all that they flush, with 4 KiB pages. */
    public static final List<Architecture> RECORDED =
            List.of(Architecture.X86_64, Architecture.ARM64, Architecture.ARM64_HAFDBS);

    private static final Set<Prot> READ_WRITE = Set.of(Prot.PROT_READ, Prot.PROT_WRITE);

    private final List<Row> rows = new ArrayList<>();
    private final Machine machine;
    private final Operations operations;

    /** A notifier call, a reaction, a flush or a violation. */
    public record Row(long operation, Phase phase, int subscriber, int entries, long start, long end,
            @Nullable EventType type) {}

    /** With the version that the design belongs to. */
    public Lab(Architecture architecture, KernelDesign design) {
        this(architecture, versionOf(design), design);
    }

    /** With any version. */
    public Lab(Architecture architecture, KernelVersion version, KernelDesign design) {
        this(MachineSpec.of(architecture, version, design));
    }

    /** Of any size. */
    public Lab(MachineSpec spec) {
        this(spec, new DeviceModels());
    }

    /** With devices of one's own. */
    public Lab(Architecture architecture, KernelDesign design, DeviceModels models) {
        this(MachineSpec.of(architecture, versionOf(design), design), models);
    }

    private Lab(MachineSpec spec, DeviceModels models) {
        machine = new Machine(spec, models, this::keep);
        machine.watchRules();
        operations = new Operations(machine);
    }

    private static KernelVersion versionOf(KernelDesign design) {
        return KernelVersion.PRESETS.stream().filter(version -> version.name().equals(design.kernelVersion()))
                .findFirst().orElseThrow();
    }

    private void keep(EventColumns events) {
        for (int i = 0; i < events.size(); i++) {
            rows.add(new Row(events.operation(i), events.phase(i), events.subscriber(i), events.entries(i),
                    events.start(i), events.end(i), events.type(i)));
        }
    }

    public Machine machine() {
        return machine;
    }

    /** Applies it; afterwards every invariant of the machine must hold. */
    public Outcome apply(Operation operation) {
        Outcome outcome = operations.apply(operation);
        assertThat(machine.audit()).as("after %s", operation).isEmpty();
        return outcome;
    }

    /** Applies what leaves a stale translation behind, or tells secondary TLBs too little; everything else must hold. */
    public Outcome applyLeavingStale(Operation operation) {
        Outcome outcome = operations.apply(operation);
        assertThat(machine.audit()).as("after %s", operation).isNotEmpty().extracting(Finding::rule).isSubsetOf(
                AuditRule.DEVICE_TLB, AuditRule.R3_CLEAR_FLUSH_SET, AuditRule.R4_LOSS_IS_FLUSHED);
        return outcome;
    }

    /** Applies what leaves a device behind that nobody tells; nothing is audited. */
    public Outcome applyUntold(Operation operation) {
        return operations.apply(operation);
    }

    /** A process; its address space. */
    public int spawn() {
        return (int) apply(new Operation.Spawn(0)).result();
    }

    public Outcome mapAnonymous(int mm, long address, long length) {
        return mapAnonymous(mm, address, length, READ_WRITE);
    }

    public Outcome mapAnonymous(int mm, long address, long length, Set<Prot> prot) {
        return apply(new Operation.Mmap(mm, address, length, prot,
                Set.of(MapFlag.MAP_PRIVATE, MapFlag.MAP_ANONYMOUS, MapFlag.MAP_FIXED), null, 0));
    }

    public Outcome mapFile(int mm, long address, long length, String file, MapFlag sharing) {
        return apply(new Operation.Mmap(mm, address, length, READ_WRITE, Set.of(sharing, MapFlag.MAP_FIXED), file, 0));
    }

    public void createFile(String name, MappedFile.Kind kind, long pages) {
        apply(new Operation.CreateFile(name, kind, pages, true, true));
    }

    public Outcome munmap(int mm, long address, long length) {
        return apply(new Operation.Munmap(mm, address, length));
    }

    public Outcome mprotect(int mm, long address, long length, Prot... prot) {
        return apply(new Operation.Mprotect(mm, address, length, Set.of(prot)));
    }

    public Outcome dontneed(int mm, long address, long length) {
        return apply(new Operation.Madvise(mm, address, length, Advice.MADV_DONTNEED));
    }

    public Outcome read(int mm, long address) {
        return apply(new Operation.Access(mm, 0, address, AccessKind.READ, 0));
    }

    public Outcome write(int mm, long address, int value) {
        return apply(new Operation.Access(mm, 0, address, AccessKind.WRITE, value));
    }

    public int fork(int mm) {
        return (int) apply(new Operation.Fork(mm)).result();
    }

    public void exit(int mm) {
        apply(new Operation.Exit(mm));
    }

    public Outcome attach(String name, String model, int mm, Map<String, String> options) {
        return apply(new Operation.AttachDevice(name, model, mm, new HashMap<>(options)));
    }

    public void detach(String device) {
        apply(new Operation.DetachDevice(device));
    }

    public Outcome deviceRead(String device, long address) {
        return apply(new Operation.DeviceAccess(device, address, AccessKind.READ, 0));
    }

    public Outcome deviceWrite(String device, long address, int value) {
        return apply(new Operation.DeviceAccess(device, address, AccessKind.WRITE, value));
    }

    public long violations(ViolationKind kind) {
        return machine.events().counts().violations(kind);
    }

    /** Rows of an operation. */
    public List<Row> rows(Outcome outcome) {
        machine.events().flush();
        return rows.stream().filter(row -> row.operation() == outcome.operation()).toList();
    }

    /** Events of the windows that were opened in an operation. */
    public List<EventType> events(Outcome outcome) {
        return rows(outcome).stream().filter(row -> row.phase() == Phase.RANGE_START).map(Row::type)
                .filter(Objects::nonNull).toList();
    }

    /** Calls of a phase in an operation. */
    public long calls(Outcome outcome, Phase phase) {
        return rows(outcome).stream()
                .filter(row -> row.phase() == phase && row.subscriber() == EventSink.NO_SUBSCRIBER).count();
    }

    /** Rows that say what the device did on the secondary-TLB hook, whatever its name. */
    public long secondaryTlbInvalidations(Outcome outcome) {
        return rows(outcome).stream().filter(row -> row.subscriber() != EventSink.NO_SUBSCRIBER
                && row.phase() == machine.spec().design().secondaryTlbHook()).count();
    }
}
