package io.mmulab.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Whatever a recording's script does, and however equal the machine is to the kernel: after each operation it agrees with
 * itself, and within each the rules of secondary TLBs held.
 */
class AuditedRecordingsTest {
    static final List<String> KERNELS = RecordedKernels.KERNELS;

    @ParameterizedTest
    @FieldSource("KERNELS")
    void everyOperationLeavesTheMachineSound(String kernel) throws IOException {
        List<String> findings = new ArrayList<>();
        for (Map.Entry<String, String> recording : RecordedKernels.of(kernel).entrySet()) {
            Conformance.run(recording.getKey(),
                    Recording.open(new BufferedReader(new StringReader(recording.getValue()))), Budget.unlimited(),
                    (operation, machine) -> {
                        machine.watchRules();
                        machine.audit().forEach(finding -> findings.add("%s [%d] %s: %s".formatted(recording.getKey(),
                                operation.index(), operation.text(), finding)));
                    });
        }
        assertThat(findings).isEmpty();
    }
}
