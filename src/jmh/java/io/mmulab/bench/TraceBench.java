package io.mmulab.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

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

import io.mmulab.device.DeviceModels;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.trace.TraceBatch;
import io.mmulab.trace.TraceFormat;
import io.mmulab.trace.TraceReader;
import io.mmulab.trace.replay.DeviceChoice;
import io.mmulab.trace.replay.DeviceWorkload;
import io.mmulab.trace.replay.TraceReplay;

/** Lines of a real lackey trace (gzip, 1,351,979 lines) per second on one core. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TraceBench {
    private static final int LINES = 1_351_979;
    private final TraceBatch batch = new TraceBatch();
    private byte[] text = new byte[0];

    /** Decompresses the trace once. */
    @Setup
    public void load() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                TraceBench.class.getResourceAsStream("/traces/gzip.lackey.gz"), "gzip.lackey.gz")) {
            text = new GZIPInputStream(in).readAllBytes();
        }
    }

    /** Reading alone. */
    @Benchmark
    @OperationsPerInvocation(LINES)
    public long read() throws IOException {
        long records = 0;
        try (TraceReader reader = TraceFormat.LACKEY.open(new ByteArrayInputStream(text))) {
            while (reader.read(batch) > 0) {
                records += batch.size;
            }
        }
        return records;
    }

    /** Reading, and playing on one machine with an SMMU that mirrors. */
    @Benchmark
    @OperationsPerInvocation(LINES)
    public long readAndPlay() throws IOException {
        Machine machine = new Machine(MachineSpec.of(Architecture.ARM64, KernelVersion.V6_3, KernelDesign.LINUX_6_3),
                new DeviceModels(), EventConsumer.NONE);
        TraceReplay replay = new TraceReplay(machine, new DeviceChoice("smmuv3-sva", Map.of()),
                DeviceWorkload.MIRROR_READS, 1);
        try (TraceReader reader = TraceFormat.LACKEY.open(new ByteArrayInputStream(text))) {
            while (reader.read(batch) > 0) {
                replay.play(batch);
            }
        }
        return machine.digest();
    }
}
