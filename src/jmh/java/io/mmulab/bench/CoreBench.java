package io.mmulab.bench;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.kernel.machine.AccessKind;
import io.mmulab.kernel.machine.Cpu;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.secondary.DeviceFactory;
import io.mmulab.kernel.syscall.Madv;
import io.mmulab.kernel.syscall.Mman;

/** Accesses and faults of one CPU, per second on one core. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CoreBench {
    private static final int PAGES = 4096;
    private static final int HOT_PAGES = 256;
    private static final long PAGE = 4096;

    private Machine machine = machine();
    private AddressSpace mm = machine.spawn(0);
    private Cpu cpu = machine.cpu(0);
    private long area;

    private static Machine machine() {
        return new Machine(new MachineSpec(Architecture.X86_64, KernelVersion.V6_3, KernelDesign.LINUX_6_3, 1,
                MachineSpec.DEFAULT_MEMORY_PAGES), DeviceFactory.NONE, EventConsumer.NONE);
    }

    /** Maps an area and touches what stays hot. */
    @Setup
    public void map() {
        machine = machine();
        mm = machine.spawn(0);
        cpu = machine.cpu(0);
        machine.beginOperation();
        area = machine.mmap(mm, 0, PAGES * PAGE, Mman.PROT_READ | Mman.PROT_WRITE,
                Mman.MAP_PRIVATE | Mman.MAP_ANONYMOUS, null, 0);
        for (int page = 0; page < HOT_PAGES; page++) {
            cpu.access(mm, area + page * PAGE, AccessKind.WRITE, (byte) 1);
        }
        machine.endOperation();
    }

    /** Loads from 256 pages that the TLB holds. */
    @Benchmark
    @OperationsPerInvocation(HOT_PAGES)
    public int tlbHit() {
        int result = 0;
        for (int page = 0; page < HOT_PAGES; page++) {
            result |= cpu.access(mm, area + page * PAGE, AccessKind.READ, (byte) 0);
        }
        return result;
    }

    /** First stores to anonymous pages; MADV_DONTNEED takes them away again, all at once. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long anonymousWriteFault() {
        machine.beginOperation();
        for (int page = 0; page < PAGES; page++) {
            cpu.access(mm, area + page * PAGE, AccessKind.WRITE, (byte) 1);
        }
        long result = machine.madvise(mm, area, PAGES * PAGE, Madv.DONTNEED);
        machine.endOperation();
        return result;
    }
}
