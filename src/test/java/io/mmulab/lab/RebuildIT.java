package io.mmulab.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

import io.mmulab.history.EventFilter;
import io.mmulab.history.EventHistory;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.arch.Costs;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.machine.AccessKind;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.testdb.TestDatabase;

/** Memory is a cache, the journal is the truth. */
@SpringBootTest
@Import(TestDatabase.class)
class RebuildIT {
    private static final long AT = 0x7f0000000000L;

    @Autowired
    private Machines machines;

    @Autowired
    private LiveMachines live;

    @Autowired
    private EventHistory events;

    @Autowired
    private JdbcTemplate jdbc;

    @Test
    void machineIsTheSameAfterARestart() {
        String id = machine();
        long digest = machines.look(id, Machine::digest);
        int rows = events.find(EventFilter.ofMachine(id), 1000).size();
        live.clear();
        assertThat(machines.look(id, Machine::digest)).isEqualTo(digest);
        assertThat(events.find(EventFilter.ofMachine(id), 1000)).hasSize(rows);
        var outcome = machines.apply(id, List.of(new Operation.Fork(1))).getFirst();
        assertThat(outcome.result()).isEqualTo(3);
        assertThat(events.find(EventFilter.ofMachine(id), 1000)).hasSize((int) outcome.lastEvent());
    }

    /** Nothing knows this architecture but the machine. */
    @Test
    void whatAMachineWasBuiltFromIsKeptWithIt() {
        Costs costs = Architecture.ARM64.costs();
        var slow = Architecture.ARM64.withCosts(new Costs(costs.tlbHit(), costs.tlbWalk(), 12_345, costs.allocatePage(),
                costs.copyPage(), costs.localFlush(), costs.shootdown(), costs.syscall(), costs.notifierCall(),
                costs.sources()));
        String id = machine(slow);
        long digest = machines.look(id, Machine::digest);
        live.clear();
        assertThat(machines.look(id, Machine::digest)).isEqualTo(digest);
        Architecture built = machines.look(id, machine -> machine.spec().architecture());
        assertThat(built).isEqualTo(slow);
    }

    @Test
    void refusedListLeavesTheMachineAsItWas() {
        String id = machine();
        long digest = machines.look(id, Machine::digest);
        var half = List.<Operation>of(new Operation.Fork(1), new Operation.Munmap(1, AT, 4096), new Operation.Fork(77));
        assertThatThrownBy(() -> machines.apply(id, half)).isInstanceOfSatisfying(RefusedException.class,
                refused -> assertThat(refused.field()).isEqualTo("[2]"));
        assertThat(machines.look(id, Machine::digest)).isEqualTo(digest);
    }

    @Test
    void commitThatFailsLeavesTheMachineAsItWas() {
        String id = machine();
        long digest = machines.look(id, Machine::digest);
        long operations = machines.find(id).operations();
        jdbc.update(
                "insert into operation (machine, seq, kind, request_json, outcome_json, faults, simulated_ns, recorded_at)"
                        + " values (?, ?, 'x', '', '', 0, 0, current_timestamp)",
                id, operations + 1);
        assertThatThrownBy(() -> machines.apply(id, List.of(new Operation.Fork(1))))
                .isInstanceOf(RuntimeException.class);
        jdbc.update("delete from operation where machine = ? and kind = 'x'", id);
        assertThat(machines.look(id, Machine::digest)).isEqualTo(digest);
    }

    @Test
    void journalThatWasTamperedWithIsNotBelieved() {
        String id = machine();
        jdbc.update("update operation set request_json = replace(request_json, '\"value\":7', '\"value\":8')"
                + " where machine = ?", id);
        live.clear();
        assertThatThrownBy(() -> machines.look(id, Machine::digest)).isInstanceOf(JournalMismatchException.class);
    }

    private String machine() {
        return machine(Architecture.ARM64);
    }

    private String machine(Architecture architecture) {
        var spec = MachineSpec.of(architecture, KernelVersion.V6_6, KernelDesign.LINUX_6_6);
        String id = machines.create(new NewMachine("rebuilt", spec,
                List.of(new NewMachine.NewDevice("smmu", "smmuv3-sva", Map.of())))).id();
        machines.apply(id, List.of(
                new Operation.Mmap(1, AT, 1 << 16, Set.of(Prot.PROT_READ, Prot.PROT_WRITE),
                        Set.of(MapFlag.MAP_PRIVATE, MapFlag.MAP_ANONYMOUS, MapFlag.MAP_FIXED), null, 0),
                new Operation.Access(1, 1, AT + 5, AccessKind.WRITE, 7),
                new Operation.DeviceAccess("smmu", AT, AccessKind.READ, 0),
                new Operation.Fork(1)));
        return id;
    }
}
