package io.mmulab.lab.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.mmulab.device.DeviceModels;
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.lab.Catalogue;
import io.mmulab.lab.RefusedException;

class ComparisonRunTest {
    private static final String TRACE = """
            7 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000
            7 munmap(0x7f0000000000, 4096) = 0
            """;

    @Test
    void allCellsPlayTheWholeTraceInOneReading() throws IOException {
        ComparisonRun run = run(List.of("kvm", "smmuv3-sva"));

        ComparisonTable table = play(run);

        assertThat(run.linesDone()).isEqualTo(2);
        assertThat(table.cells()).hasSize(4).allSatisfy(cell -> {
            assertThat(cell.replay()).isNotNull();
            assertThat(cell.notifierCalls()).containsEntry("RANGE_START", 1L);
        });
    }

    @Test
    void aCancelledRunStopsBeforeTheNextCell() {
        ComparisonRun run = run(List.of("kvm"));
        run.cancel();

        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> play(run));
        assertThat(run.cells()).allSatisfy(cell -> assertThat(cell.machine().operations()).isZero());
    }

    @Test
    void moreCellsThanTheLimitAreRefused() {
        List<String> devices = IntStream.rangeClosed(1, 20).mapToObj(i -> "kvm:slots=" + i).toList();

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> ComparisonMatrix
                        .of(new ComparisonRequest(null, null, devices, null, null, null, null, null),
                                Catalogue.PRESETS))
                .withMessageContaining("160 cells");
    }

    private static ComparisonRun run(List<String> devices) {
        ComparisonMatrix matrix = ComparisonMatrix.of(new ComparisonRequest(List.of("arm64"),
                List.of("linux-6.3", "linux-6.6"), devices, "none", null, null, null, null), Catalogue.PRESETS);
        List<ComparisonCell> cells = matrix.designs().stream()
                .flatMap(design -> matrix.devices().stream()
                        .map(device -> new ComparisonCell("cell", 0, matrix.architectures().getFirst(), design, device,
                                matrix, true, new DeviceModels(), EventConsumer.NONE)))
                .toList();
        return new ComparisonRun(matrix, cells);
    }

    private static ComparisonTable play(ComparisonRun run) throws IOException {
        try (UploadedTrace trace = UploadedTrace
                .receive(new ByteArrayInputStream(TRACE.getBytes(StandardCharsets.US_ASCII)))) {
            assertThat(trace.countLines()).isEqualTo(2);
            return run.play(trace, false);
        }
    }
}
