package io.mmulab.reliability;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

import org.awaitility.core.ConditionTimeoutException;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;

import io.mmulab.MmuLabApplication;
import io.mmulab.history.MachineRow;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.machine.AccessKind;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.lab.Machines;
import io.mmulab.lab.NewMachine;
import io.mmulab.lab.comparison.ComparisonProgress;
import io.mmulab.lab.comparison.ComparisonProgress.Status;
import io.mmulab.lab.comparison.ComparisonRequest;
import io.mmulab.lab.comparison.Comparisons;

/**
 * A process to be killed: the service without its web server. Rebuilds every machine that it finds and says what it found, then goes
 * on making changes and says of each, before it, what it asks for, and after it, what was answered.
 */
final class Victim {
    /** What it says; the rest of a line is separated by spaces. */
    static final String REBUILT = "REBUILT";
    static final String BROKEN = "BROKEN";
    static final String READY = "READY";
    static final String ASKED = "ASKED";
    static final String ANSWERED = "ANSWERED";
    static final String CUT_OFF = "CUT_OFF";
    static final String EVENTS = "EVENTS";
    static final String END = "END";

    /** Shorter than whoever started this process waits for its next word. */
    private static final Duration LONG = Duration.ofMinutes(8);
    private static final int THREADS = 3;
    /** Comparisons that are under way at a time. */
    private static final int RUNNING = 3;
    private static final long AT = 0x7f0000000000L;
    private static final int PAGES = 64;
    private static final long PAGE = 4096;
    static final String TRACE = "traces/bash-fork.strace";
    static final ComparisonRequest COMPARED =
            new ComparisonRequest(null, null, null, "random", 3L, null, null, null);

    private final Machines machines;
    private final Comparisons comparisons;
    private final JdbcTemplate jdbc;

    private Victim(ConfigurableApplicationContext context) {
        machines = context.getBean(Machines.class);
        comparisons = context.getBean(Comparisons.class);
        jdbc = context.getBean(JdbcTemplate.class);
    }

    /** Arguments: "work" or "finish", a seed, then properties of the service. */
    public static void main(String[] args) throws IOException {
        var context = new SpringApplicationBuilder(MmuLabApplication.class).web(WebApplicationType.NONE)
                .lazyInitialization(true).run(Arrays.copyOfRange(args, 2, args.length));
        var victim = new Victim(context);
        victim.rebuild();
        victim.count();
        victim.running().forEach(comparison -> say(CUT_OFF, comparison));
        say(READY);
        if (args[0].equals("work")) {
            victim.work(Long.parseLong(args[1]));
        } else {
            victim.finish();
            say(END);
            context.close();
        }
    }

    private static synchronized void say(Object... words) {
        System.out.println("@ " + String.join(" ", Arrays.stream(words).map(String::valueOf).toList()));
        System.out.flush();
    }

    // --- what is there ---

    private void rebuild() {
        for (MachineRow row : machines.list("", 10_000)) {
            try {
                long digest = machines.look(row.id(), Machine::digest);
                say(REBUILT, row.id(), row.operations(), Long.toHexString(digest));
            } catch (RuntimeException e) {
                say(BROKEN, row.id(), e.toString().replace('\n', ' '));
            }
        }
    }

    /** Gaps and doubles, whatever the machine: its numbers go from 1 to as many as there are. */
    private void count() {
        complain("journal", """
                select m.id from machine m left join (select machine, count(*) as n, min(seq) as a, max(seq) as b
                    from operation group by machine) o on o.machine = m.id
                where m.kind = 'INTERACTIVE' and (o.n is null or o.n <> m.operations or o.a <> 1 or o.b <> m.operations)
                """);
        complain("events", """
                select e.machine from (select machine, count(*) as n, min(seq) as a, max(seq) as b from notifier_event
                    group by machine) e
                where e.a <> 1 or e.b <> e.n
                """);
        complain("events and machine", """
                select m.id from machine m left join (select machine, count(*) as n from notifier_event group by machine) e
                    on e.machine = m.number
                where m.kind = 'INTERACTIVE' and coalesce(e.n, 0) <> m.last_event
                """);
        complain("totals", """
                select e.machine from (select machine, count(*) as n, sum(entries) as s from notifier_event
                    group by machine) e
                left join (select machine, sum(events) as n, sum(entries) as s from event_total group by machine) t
                    on t.machine = e.machine
                where t.n is null or t.n <> e.n or t.s <> e.s
                """);
        complain("chunks", """
                select e.machine from (select machine, count(*) as n from notifier_event group by machine) e
                left join (select machine, sum(last_seq - first_seq + 1) as n from event_chunk group by machine) c
                    on c.machine = e.machine
                where c.n is null or c.n <> e.n
                """);
    }

    private void complain(String about, String sql) {
        jdbc.queryForList(sql, String.class).forEach(machine -> say(BROKEN, machine, about));
    }

    // --- work ---

    private void work(long seed) throws IOException {
        if (running().size() < RUNNING) {
            compare();
        }
        for (int i = 0; i < THREADS; i++) {
            var random = new Random(seed * THREADS + i);
            Thread.ofPlatform().start(() -> {
                while (true) {
                    changes(machine(), random);
                }
            });
        }
        // Nobody writes there: it ends with the process that started this one, which must not leave it behind.
        System.in.read();
        Runtime.getRuntime().halt(1);
    }

    private List<String> running() {
        return comparisons.list("", 1000).stream().filter(one -> one.status() == Status.RUNNING)
                .map(ComparisonProgress::id).toList();
    }

    private void compare() throws IOException {
        try (InputStream in = new ClassPathResource(TRACE).getInputStream()) {
            comparisons.start(COMPARED, in);
        }
    }

    private String machine() {
        var spec = MachineSpec.of(Architecture.ARM64, KernelVersion.V6_6, KernelDesign.LINUX_6_6);
        return machines.create(new NewMachine("victim", spec,
                List.of(new NewMachine.NewDevice("smmu", "smmuv3-sva", Map.of())))).id();
    }

    private void changes(String id, Random random) {
        change(id, List.of(new Operation.Mmap(1, AT, PAGES * PAGE, Set.of(Prot.PROT_READ, Prot.PROT_WRITE),
                Set.of(MapFlag.MAP_PRIVATE, MapFlag.MAP_ANONYMOUS, MapFlag.MAP_FIXED), null, 0)));
        for (int i = 0; i < 20; i++) {
            change(id, java.util.stream.Stream.generate(() -> operation(random)).limit(1 + random.nextInt(4)).toList());
        }
    }

    private void change(String id, List<Operation> operations) {
        say(ASKED, id, operations.size());
        var outcomes = machines.apply(id, operations);
        say(ANSWERED, id, outcomes.getLast().operation());
    }

    private static Operation operation(Random random) {
        long address = AT + random.nextInt(PAGES) * PAGE;
        return switch (random.nextInt(5)) {
            case 0 -> new Operation.Munmap(1, address, PAGE);
            case 1 -> new Operation.DeviceAccess("smmu", address, AccessKind.READ, 0);
            case 2 -> new Operation.Access(1, 1, address, AccessKind.READ, 0);
            default -> new Operation.Access(1, 1, address, AccessKind.WRITE, random.nextInt(100));
        };
    }

    // --- the end ---

    /** Lets all comparisons come to their end, runs one undisturbed, and tells the events of each. */
    private void finish() throws IOException {
        compare();
        try {
            await().atMost(LONG).until(() -> running().isEmpty());
        } catch (ConditionTimeoutException e) {
            explain();
            throw e;
        }
        count();
        for (var comparison : comparisons.list("", 1000)) {
            say(EVENTS, comparison.id(), comparison.status(), fingerprint(comparison.id()));
        }
    }

    /** What there is to see of comparisons that do not end, for whoever reads this process's log. */
    private void explain() {
        System.err
                .println(jdbc.queryForList("select id, status, owner, lease_until, current_timestamp, cancel_requested"
                        + " from comparison where status = 'RUNNING'"));
        Thread.getAllStackTraces().forEach((thread, stack) -> System.err.println(thread + "\n    "
                + Arrays.stream(stack).map(String::valueOf).collect(Collectors.joining("\n    "))));
    }

    /** All columns but the machine's name and the time of storing, of all machines, in sums that depend on their place. */
    private String fingerprint(String comparison) {
        return jdbc.queryForList("""
                select count(*) as n, sum(e.seq) as a, sum(mod(e.seq, 977) * e.operation) as b,
                    sum(mod(e.seq, 983) * mod(e.simulated_ns, 1000003)) as c,
                    sum(mod(e.seq, 991) * mod(e.range_start / 4096, 1000003)) as d,
                    sum(mod(e.seq, 997) * mod(e.range_end / 4096, 1000003)) as e, sum(mod(e.seq, 1009) * e.kind) as f,
                    sum(mod(e.seq, 1013) * (e.entries + e.address_space)) as g, count(e.subscriber) as h
                from notifier_event e join machine m on m.number = e.machine where m.comparison = ?
                group by m.number order by m.number
                """, comparison).toString().replace(' ', '_');
    }
}
