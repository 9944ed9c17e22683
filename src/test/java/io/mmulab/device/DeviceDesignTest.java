package io.mmulab.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.mmulab.device.DeviceDesign.Filling;
import io.mmulab.device.DeviceDesign.Hearing;
import io.mmulab.device.DeviceDesign.PermissionFault;
import io.mmulab.device.DeviceDesign.Reaction;
import io.mmulab.device.DeviceDesign.Rights;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.ViolationKind;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.kernel.secondary.AccessStatus;

/** A device that a user describes by choices: what is wrong with it is named, and what is not can be attached. */
class DeviceDesignTest {
    private static final String DEVICE = "dev";

    /** A design of one's own that begins as something that works, and differs in one thing. */
    static final class Draft {
        private String name = "mine";
        private Hearing hearing = Hearing.INTERVAL;
        private Filling filling = Filling.HMM;
        private Map<EventType, Reaction> reactions = Map.of();
        private boolean mayRefuse;
        private boolean checksSequence = true;
        private PermissionFault permissionFault = PermissionFault.REFILL;
        private long intervalBytes;
        private int granularityPages = 1;
        private int everythingFromPages;
        private boolean ownMemory;
        private int retryBudget = 8;
        private DeviceCosts costs = DeviceCosts.GPU;

        DeviceDesign design() {
            return new DeviceDesign(name, "A test's own device.", hearing, filling, reactions, mayRefuse,
                    checksSequence,
                    Rights.AS_ENTRY, permissionFault, intervalBytes, granularityPages, everythingFromPages, ownMemory,
                    false,
                    retryBudget, costs, List.of(), List.of());
        }

        Draft hears(Hearing by) {
            hearing = by;
            checksSequence = by.windows();
            return this;
        }
    }

    static Stream<Arguments> mistakes() {
        List<Arguments> all = new ArrayList<>();
        Draft draft = new Draft();
        draft.name = "Mine!";
        all.add(Arguments.of("name", draft));
        draft = new Draft().hears(Hearing.SECONDARY_TLB);
        draft.reactions = Map.of(EventType.CLEAR, Reaction.IGNORE);
        all.add(Arguments.of("reactions", draft));
        draft = new Draft().hears(Hearing.START_END);
        draft.mayRefuse = true;
        all.add(Arguments.of("mayRefuse", draft));
        draft = new Draft().hears(Hearing.NOTHING);
        draft.checksSequence = true;
        all.add(Arguments.of("checksSequence", draft));
        draft = new Draft();
        draft.filling = Filling.PIN;
        all.add(Arguments.of("hearing", draft));
        draft = new Draft();
        draft.permissionFault = PermissionFault.KEEP;
        all.add(Arguments.of("permissionFault", draft));
        draft = new Draft();
        draft.intervalBytes = 3 << 16;
        all.add(Arguments.of("intervalBytes", draft));
        draft = new Draft().hears(Hearing.START_END);
        draft.intervalBytes = 1 << 20;
        all.add(Arguments.of("intervalBytes", draft));
        draft = new Draft();
        draft.granularityPages = 3;
        all.add(Arguments.of("granularityPages", draft));
        draft = new Draft();
        draft.everythingFromPages = -1;
        all.add(Arguments.of("everythingFromPages", draft));
        draft = new Draft();
        draft.retryBudget = 0;
        all.add(Arguments.of("retryBudget", draft));
        draft = new Draft();
        draft.filling = Filling.ONCE;
        draft.ownMemory = true;
        all.add(Arguments.of("ownMemory", draft));
        draft = new Draft();
        draft.costs = new DeviceCosts(-1, 0, 0, 0, 0, "nobody");
        all.add(Arguments.of("costs", draft));
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsNamedByItsField(String field, Draft draft) {
        DeviceDesign design = draft.design();
        assertThat(design.problems()).extracting(DeviceDesign.Problem::field).containsExactly(field);
        assertThatThrownBy(() -> new DeviceModels(List.of(design))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(field);
    }

    @Test
    void presetsHaveNoMistakeAndKeepTheirNames() {
        assertThat(DeviceModels.designs()).allSatisfy(design -> assertThat(design.problems()).isEmpty());
        Draft draft = new Draft();
        draft.name = "gpu-hmm";
        DeviceDesign taken = draft.design();
        assertThatThrownBy(() -> new DeviceModels(List.of(taken))).hasMessageContaining("preset");
    }

    private static Lab labWith(Draft draft, KernelDesign kernel) {
        Lab lab = new Lab(Architecture.ARM64, kernel, new DeviceModels(List.of(draft.design())));
        int mm = lab.spawn();
        lab.mapAnonymous(mm, Lab.A, 8 * Lab.PAGE);
        lab.write(mm, Lab.A, 1);
        return lab;
    }

    @Test
    void theHookAndWindowsTogetherAreRefusedSince66() {
        Draft both = new Draft().hears(Hearing.SECONDARY_TLB_AND_START_END);
        assertThat(labWith(both, KernelDesign.LINUX_6_6).attach(DEVICE, "mine", 1, Map.of()).error())
                .isEqualTo("EINVAL");
        assertThat(labWith(both, KernelDesign.LINUX_6_3).attach(DEVICE, "mine", 1, Map.of()).error()).isNull();
    }

    @Test
    void aDeviceMayWriteProtectWhereOthersDrop() {
        Draft draft = new Draft();
        draft.reactions = Map.of(EventType.PROTECTION_VMA, Reaction.WRITE_PROTECT);
        Lab lab = labWith(draft, KernelDesign.LINUX_6_6);
        lab.attach(DEVICE, "mine", 1, Map.of());
        lab.deviceWrite(DEVICE, Lab.A, 2);
        lab.mprotect(1, Lab.A, 8 * Lab.PAGE, Prot.PROT_READ);
        assertThat(lab.machine().device(DEVICE).entryCount()).isEqualTo(1);
        assertThat(lab.deviceRead(DEVICE, Lab.A).faultCount()).isZero();
        assertThat(lab.deviceWrite(DEVICE, Lab.A, 3).deviceStatus()).isEqualTo(AccessStatus.INVALID);
    }

    @Test
    void anInvalidationIsWidenedToTheGranularity() {
        Draft draft = new Draft();
        draft.granularityPages = 4;
        draft.everythingFromPages = 5;
        Lab lab = labWith(draft, KernelDesign.LINUX_6_6);
        lab.attach(DEVICE, "mine", 1, Map.of());
        for (int i = 0; i < 8; i++) {
            lab.deviceWrite(DEVICE, Lab.A + i * Lab.PAGE, i);
        }
        lab.munmap(1, Lab.A + 5 * Lab.PAGE, Lab.PAGE);
        assertThat(lab.machine().device(DEVICE).entryCount()).isEqualTo(4);
        lab.dontneed(1, Lab.A, 5 * Lab.PAGE);
        assertThat(lab.machine().device(DEVICE).entryCount()).isZero();
    }

    /** The checker catches a device that ignores what it must not ignore. */
    @Test
    void aDeviceThatIgnoresAnUnmapIsCaught() {
        Draft draft = new Draft();
        draft.reactions = Map.of(EventType.UNMAP, Reaction.IGNORE);
        Lab lab = new Lab(Architecture.ARM64, KernelDesign.LINUX_6_6, new DeviceModels(List.of(draft.design())));
        int mm = lab.spawn();
        lab.mapAnonymous(mm, Lab.A, Lab.PAGE);
        lab.attach(DEVICE, "mine", mm, Map.of());
        lab.deviceWrite(DEVICE, Lab.A, 2);
        lab.applyLeavingStale(new Operation.Munmap(mm, Lab.A, Lab.PAGE));
        assertThat(lab.violations(ViolationKind.MISSED_NOTIFY)).isEqualTo(1);
    }
}
