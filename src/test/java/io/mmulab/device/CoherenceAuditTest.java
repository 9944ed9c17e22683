package io.mmulab.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.coherence.CachedTranslation;
import io.mmulab.kernel.coherence.Verdict;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.paging.Pte;

class CoherenceAuditTest {
    private static final String DEVICE = "dev";

    private final List<CachedTranslation> differing = new ArrayList<>();

    private Map<Verdict, Long> audit(Machine machine) {
        differing.clear();
        return machine.coherence().run(differing::add);
    }

    /** The seed's case: fork, a read by the device, the child's end, and an upgrade of which the device does not hear. */
    private Lab afterTheUpgrade(KernelDesign design, String model) {
        Lab lab = new Lab(Architecture.ARM64, design);
        int mm = lab.spawn();
        lab.mapAnonymous(mm, Lab.A, 2 * Lab.PAGE);
        lab.attach(DEVICE, model, mm, Map.of());
        lab.write(mm, Lab.A, 1);
        int child = lab.fork(mm);
        lab.deviceRead(DEVICE, Lab.A);
        lab.exit(child);
        lab.write(mm, Lab.A, 2);
        return lab;
    }

    @Test
    void whatSaysTheSameAgreesAndIsOnlyCounted() {
        Lab lab = afterTheUpgrade(KernelDesign.LINUX_6_6, "test-hmm");
        assertThat(audit(lab.machine())).containsOnlyKeys(Verdict.AGREES, Verdict.MORE_RESTRICTIVE);
        assertThat(differing).singleElement().satisfies(cached -> {
            assertThat(cached.device()).isEqualTo(DEVICE);
            assertThat(cached.verdict()).isEqualTo(Verdict.MORE_RESTRICTIVE);
            assertThat(cached.verdict().isAllowed()).isTrue();
        });
    }

    @Test
    void anUpgradeThatNobodyToldTheDeviceOfIsAViolation() {
        Lab lab = afterTheUpgrade(KernelDesign.LINUX_6_3, DeviceModels.SMMUV3_SVA);
        assertThat(audit(lab.machine())).containsEntry(Verdict.LOST_UPGRADE, 1L);
        assertThat(audit(afterTheUpgrade(KernelDesign.LINUX_6_6, DeviceModels.SMMUV3_SVA).machine()))
                .doesNotContainKey(Verdict.LOST_UPGRADE);
    }

    /** T35: start and end are not called for an upgrade in any release. */
    @Test
    void aShadowOfStage1ThatHearsOnlyWindowsMissesTheUpgradeInAnyRelease() {
        for (KernelDesign design : List.of(KernelDesign.LINUX_6_3, KernelDesign.LINUX_6_6)) {
            Lab lab = afterTheUpgrade(design, "stage1-shadow");
            assertThat(audit(lab.machine())).as(design.name()).containsEntry(Verdict.LOST_UPGRADE, 1L);
        }
    }

    @Test
    void anEntryThatChangesBehindEverybodysBackIsFound() {
        Lab lab = new Lab(Architecture.ARM64, KernelDesign.LINUX_6_6);
        int mm = lab.spawn();
        lab.mapAnonymous(mm, Lab.A, 2 * Lab.PAGE);
        lab.attach(DEVICE, DeviceModels.KVM, mm, Map.of());
        lab.write(mm, Lab.A, 1);
        lab.deviceWrite(DEVICE, Lab.A, 2);
        var table = lab.machine().addressSpace(mm).pageTable();
        long pte = table.get(Lab.A);
        table.set(Lab.A, Pte.wrprotect(pte));
        assertThat(audit(lab.machine())).containsEntry(Verdict.TOO_PERMISSIVE, 2L);
        table.set(Lab.A, Pte.NONE);
        assertThat(audit(lab.machine())).containsEntry(Verdict.WRONG_PAGE, 2L);
        assertThat(differing).extracting(CachedTranslation::cpu).containsExactly(0, -1);
        table.set(Lab.A, pte);
        assertThat(audit(lab.machine())).containsOnlyKeys(Verdict.AGREES);
    }

    @Test
    void whatIsPinnedMayLeadElsewhere() {
        Lab lab = new Lab(Architecture.X86_64, KernelDesign.LINUX_6_6);
        int mm = lab.spawn();
        lab.mapAnonymous(mm, Lab.A, Lab.PAGE);
        lab.attach(DEVICE, "vfio-pinned", mm, Map.of());
        lab.deviceWrite(DEVICE, Lab.A, 7);
        lab.dontneed(mm, Lab.A, Lab.PAGE);
        lab.write(mm, Lab.A, 8);
        assertThat(audit(lab.machine())).containsEntry(Verdict.PINNED, 1L);
        assertThat(lab.deviceRead(DEVICE, Lab.A).value()).isEqualTo(7);
    }

    @Test
    void translationsOfADeadAddressSpaceAreAllowed() {
        Lab lab = new Lab(Architecture.ARM64, KernelDesign.LINUX_6_6);
        int mm = lab.spawn();
        lab.mapAnonymous(mm, Lab.A, Lab.PAGE);
        lab.write(mm, Lab.A, 1);
        lab.exit(mm);
        assertThat(audit(lab.machine()).keySet()).allMatch(Verdict::isAllowed);
    }
}
