package io.mmulab.trace.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.mmulab.device.DeviceModels;
import io.mmulab.device.Lab;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.kernel.event.EventCounts;
import io.mmulab.kernel.event.ViolationKind;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.trace.TraceBatch;
import io.mmulab.trace.TraceFormat;
import io.mmulab.trace.TraceReader;

class TraceReplayTest {
    private static final List<String> TRACES =
            List.of("ls.lackey.gz", "gzip.lackey.gz", "bash-fork.strace", "gcc.strace",
                    "python.strace");
    private static final DeviceChoice SMMU = new DeviceChoice("smmuv3-sva", Map.of());
    private static final DeviceChoice SMMU_WITH_BTM = new DeviceChoice("smmuv3-sva", Map.of("btm", "true"));
    private static final DeviceChoice KVM = new DeviceChoice("kvm", Map.of());

    private record Played(Machine machine, ReplayReport report) {
        long violations(ViolationKind kind) {
            return machine.events().counts().violations(kind);
        }
    }

    static Stream<KernelDesign> designs() {
        return KernelDesign.THREAD.stream();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ls.lackey.gz", "gzip.lackey.gz", "bash-fork.strace", "gcc.strace", "python.strace"})
    void aSecondRunGivesTheSameStateAndTheSameCounts(String trace) throws IOException {
        for (DeviceChoice device : List.of(SMMU, SMMU_WITH_BTM, KVM)) {
            Played first = play(trace, Architecture.ARM64, KernelDesign.PATCH_V1, device, DeviceWorkload.RANDOM);
            Played second = play(trace, Architecture.ARM64, KernelDesign.PATCH_V1, device, DeviceWorkload.RANDOM);

            assertThat(second.machine().digest()).isEqualTo(first.machine().digest());
            assertThat(second.report()).isEqualTo(first.report());
            assertThat(second.machine().events().counts().rows()).isEqualTo(first.machine().events().counts().rows());
        }
    }

    @ParameterizedTest
    @MethodSource("designs")
    void noDesignLeavesAnEntryBehindOrSleepsUnderALock(KernelDesign design) throws IOException {
        for (String trace : TRACES) {
            for (Architecture architecture : Lab.RECORDED) {
                for (DeviceChoice device : List.of(SMMU, SMMU_WITH_BTM, KVM)) {
                    Played played = play(trace, architecture, design, device, DeviceWorkload.MIRROR_READS);

                    assertThat(List.of(ViolationKind.MISSED_NOTIFY, ViolationKind.STALE_FRAME,
                            ViolationKind.STALE_WRITE, ViolationKind.SLEEP_IN_ATOMIC))
                            .as("%s on %s with %s", trace, architecture.name(), device)
                            .allMatch(kind -> played.violations(kind) == 0);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("designs")
    void aShellThatForksLeavesAnSmmuWithoutBtmStuckUnlessTheFlushOfAnUpgradeIsMirrored(KernelDesign design)
            throws IOException {
        Played played = play("bash-fork.strace", Architecture.ARM64, design, SMMU, DeviceWorkload.MIRROR_READS);

        boolean deaf = design.equals(KernelDesign.LINUX_6_3) || design.equals(KernelDesign.PATCH_V1);
        assertThat(played.violations(ViolationKind.LOST_UPGRADE) > 0).isEqualTo(deaf);
        assertThat(played.machine().events().counts().stuck()).isEqualTo(played.violations(ViolationKind.LOST_UPGRADE));
    }

    @ParameterizedTest
    @MethodSource("designs")
    void anSmmuThatHearsBroadcastsAndAGuestAreNeverStuck(KernelDesign design) throws IOException {
        for (DeviceChoice device : List.of(SMMU_WITH_BTM, KVM)) {
            EventCounts counts = play("bash-fork.strace", Architecture.ARM64, design, device,
                    DeviceWorkload.MIRROR_READS).machine().events().counts();

            assertThat(counts.stuck()).isZero();
            assertThat(counts.deviceFaults()).isPositive();
        }
    }

    @Test
    void lackeyDoesNotLogTheLoadersFirstMappingsSoTheyAreMadeAndReported() throws IOException {
        ReplayReport report = play("ls.lackey.gz", Architecture.X86_64, KernelDesign.LINUX_6_3, SMMU,
                DeviceWorkload.NONE).report();

        assertThat(report.records()).isEqualTo(773_804);
        assertThat(report.implicitPages()).isPositive();
        assertThat(report.implicitMappings()).isNotEmpty();
        assertThat(report.refusedAccesses()).isZero();
        assertThat(report.deviceAccesses()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash-fork.strace", "gcc.strace", "python.strace", "ls.lackey.gz", "gzip.lackey.gz"})
    void everyMemoryCallOfARealProgramReturnsWhatWasRecorded(String trace) throws IOException {
        ReplayReport report =
                play(trace, Architecture.X86_64, KernelDesign.LINUX_6_3, SMMU, DeviceWorkload.NONE).report();

        assertThat(report.differences()).isEmpty();
        assertThat(report.differenceCount()).isZero();
    }

    @Test
    void aCallThatComesOutOtherwiseThanRecordedIsReportedWithItsLine() throws IOException {
        String log = """
                7 mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000
                7 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000001000
                7 munmap(0x7f0000000000, 8192) = 0
                """;
        ReplayReport report =
                replay(new ByteArrayInputStream(log.getBytes(StandardCharsets.US_ASCII)), TraceFormat.STRACE,
                        Architecture.X86_64, KernelDesign.LINUX_6_3, SMMU, DeviceWorkload.NONE).report();

        assertThat(report.differenceCount()).isEqualTo(1);
        assertThat(report.differences().getFirst().line()).isEqualTo(2);
        assertThat(report.differences().getFirst().recorded()).isEqualTo(0x7f0000001000L);
    }

    @Test
    void aProcessThatExecutesANewProgramTakesTheDeviceAlong() throws IOException {
        String log = """
                7 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000
                7 execve("/bin/true", ["true"], 0x7ffc0 /* 1 var */) = 0
                7 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000
                """;
        Machine machine = replay(new ByteArrayInputStream(log.getBytes(StandardCharsets.US_ASCII)), TraceFormat.STRACE,
                Architecture.ARM64, KernelDesign.LINUX_6_6, SMMU, DeviceWorkload.NONE).machine();

        assertThat(machine.device(TraceReplay.DEVICE).boundTo()).isSameAs(machine.addressSpace(2));
        assertThat(machine.addressSpaces().getFirst().isAlive()).isFalse();
    }

    private static Played play(String trace, Architecture architecture, KernelDesign design, DeviceChoice device,
            DeviceWorkload workload) throws IOException {
        @Nullable
        InputStream in = TraceReplayTest.class.getResourceAsStream("/traces/" + trace);
        TraceFormat format = trace.contains("lackey") ? TraceFormat.LACKEY : TraceFormat.STRACE;
        return replay(Objects.requireNonNull(in, trace), format, architecture, design, device, workload);
    }

    private static Played replay(InputStream in, TraceFormat format, Architecture architecture, KernelDesign design,
            DeviceChoice device, DeviceWorkload workload) throws IOException {
        KernelVersion version = KernelVersion.PRESETS.stream()
                .filter(candidate -> candidate.name().equals(design.kernelVersion())).findFirst().orElseThrow();
        Machine machine = new Machine(MachineSpec.of(architecture, version, design), new DeviceModels(),
                EventConsumer.NONE);
        TraceReplay replay = new TraceReplay(machine, device, workload, 1);
        TraceBatch batch = new TraceBatch();
        try (TraceReader reader = format.open(in)) {
            while (reader.read(batch) > 0) {
                replay.play(batch);
            }
        }
        return new Played(machine, replay.report());
    }
}
