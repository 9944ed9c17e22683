package io.mmulab.history;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.event.ViolationKind;

/**
 * What is stored, as metrics: what this process stored since it started, and only what was committed. So the growth of a
 * metric is a count of rows.
 */
final class EventMeters {
    private static final String DESIGN = "design";
    private static final String NO_TYPE = "none";

    private final MeterRegistry registry;
    private final AtomicInteger pending = new AtomicInteger();
    private final Counter rows;
    private final Timer chunk;

    EventMeters(MeterRegistry registry) {
        this.registry = registry;
        rows = Counter.builder("mmulab.history.rows").description("Event rows stored").register(registry);
        chunk = Timer.builder("mmulab.history.chunk").description("Time to write a chunk of rows, without its commit")
                .publishPercentileHistogram().minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(10)).register(registry);
        Gauge.builder("mmulab.history.chunks.pending", pending, AtomicInteger::get)
                .description("Chunks of rows that are being written or wait for their commit").register(registry);
        // The first one is a growth only where a zero was seen before it.
        for (KernelDesign design : KernelDesign.PRESETS) {
            spuriousZaps(design.name());
            for (ViolationKind kind : ViolationKind.values()) {
                violations(design.name(), kind);
            }
        }
    }

    void begun() {
        pending.incrementAndGet();
    }

    void written(long nanoseconds) {
        chunk.record(nanoseconds, TimeUnit.NANOSECONDS);
    }

    void ended() {
        pending.decrementAndGet();
    }

    /** Adds a committed chunk. */
    void committed(String design, ChunkCounts counts) {
        rows.increment(counts.rows());
        counts.forEachEvent((phase, type, count) -> Counter.builder("mmulab.notifier.events")
                .description("Rows of the event log")
                .tag(DESIGN, design).tag("phase", phase.name()).tag("type", type == null ? NO_TYPE : type.name())
                .register(registry).increment(count));
        for (Reaction reaction : Reaction.values()) {
            if (counts.reactions(reaction) > 0) {
                Counter.builder("mmulab.device.reactions").description("What devices did on a notifier call or a fault")
                        .tag(DESIGN, design).tag("reaction", reaction.name()).register(registry)
                        .increment(counts.reactions(reaction));
            }
        }
        for (ViolationKind kind : ViolationKind.values()) {
            if (counts.violations(kind) > 0) {
                violations(design, kind).increment(counts.violations(kind));
            }
        }
        spuriousZaps(design).increment((double) counts.spuriousZaps());
    }

    private Counter violations(String design, ViolationKind kind) {
        return Counter.builder("mmulab.violations").description("Rules that were broken").tag(DESIGN, design)
                .tag("kind", kind.name()).register(registry);
    }

    private Counter spuriousZaps(String design) {
        return Counter.builder("mmulab.spurious.zaps")
                .description("Entries that devices dropped although they were still right").tag(DESIGN, design)
                .register(registry);
    }
}
