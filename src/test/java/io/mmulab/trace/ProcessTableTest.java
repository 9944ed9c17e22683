package io.mmulab.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;

class ProcessTableTest {

    @Test
    void tableHoldsWhatAMapHolds() {
        final var table = new ProcessTable();
        final Map<Integer, TracedProcess> map = new HashMap<>();
        final var random = new Random(42);
        for (int step = 0; step < 50_000; step++) {
            final int pid = random.nextInt(300);
            if (random.nextInt(5) < 2) {
                table.remove(pid);
                map.remove(pid);
            } else {
                final var process = new TracedProcess(pid);
                table.put(pid, process);
                map.put(pid, process);
            }
            assertThat(table.size()).isEqualTo(map.size());
            final int other = random.nextInt(300);
            assertThat(table.get(other)).isSameAs(map.get(other));
        }
        map.forEach((pid, process) -> assertThat(table.get(pid)).isSameAs(process));
    }

    @Test
    void singleProcessIsFoundOnlyWhileItIsAlone() {
        final var table = new ProcessTable();
        assertThat(table.single()).isNull();
        final var first = new TracedProcess(1);
        table.put(1, first);
        assertThat(table.single()).isSameAs(first);
        table.put(2, new TracedProcess(2));
        assertThat(table.single()).isNull();
        table.remove(2);
        assertThat(table.single()).isSameAs(first);
    }
}
