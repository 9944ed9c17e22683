package io.mmulab.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * Whatever a recording's script does, and however equal the machine is to the kernel: after each operation it agrees with
 * itself, and within each the rules of secondary TLBs held.
 */
class AuditedRecordingsTest {
    @TestFactory
    Stream<DynamicNode> everyOperationLeavesTheMachineSound() {
        return RecordedKernels.dynamicTests(this::everyOperationLeavesTheMachineSound);
    }

    private void everyOperationLeavesTheMachineSound(String kernel, String scenario) throws IOException {
        List<String> findings = new ArrayList<>();
        Conformance.run(scenario, RecordedKernels.open(kernel, scenario), Budget.unlimited(), (operation, machine) -> {
            machine.watchRules();
            machine.audit().forEach(
                    finding -> findings.add("[%d] %s: %s".formatted(operation.index(), operation.text(), finding)));
        });
        assertThat(findings).isEmpty();
    }
}
