package io.mmulab.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.event.ViolationKind;
import io.mmulab.kernel.secondary.AccessStatus;

class DeviceModelsTest {
    private final Lab lab = new Lab(Architecture.ARM64, KernelDesign.LINUX_6_6);
    private final int mm = lab.spawn();

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"gpu | x | 1 | unknown device model: gpu",
        "kvm | btm | true | unknown option of kvm: btm", "smmuv3-sva | btm | yes | btm is neither true nor false",
        "smmuv3-sva | retryBudget | 0 | retryBudget not in 1..1000",
        "smmuv3-sva | retryBudget | many | retryBudget is not a number", "kvm | slots | 0:1000 | slots: not gpa",
        "kvm | slots | 0:xyz:1000 | slots: not hexadecimal", "kvm | slots | 0:1:1000 | slots: not a multiple",
        "kvm | slots | 0:0:2000,1000:8000:1000 | slots: guest addresses overlap"})
    void whatDoesNotExistIsNamed(String model, String option, String value, String message) {
        assertThatThrownBy(() -> lab.attach("dev", model, mm, Map.of(option, value)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
        assertThat(lab.machine().devices()).isEmpty();
    }

    @Test
    void everyModelCanBeMadeWithItsDefaults() {
        for (DeviceModel model : DeviceModels.list()) {
            assertThat(lab.attach(model.name(), model.name(), mm, Map.of()).result()).isPositive();
        }
        assertThat(lab.machine().devices()).hasSameSizeAs(DeviceModels.list());
    }

    @Test
    void twoGuestAddressesOfOneHostPageAreZappedTogether() {
        lab.mapAnonymous(mm, Lab.A, 2 * Lab.PAGE);
        lab.write(mm, Lab.A, 5);
        lab.attach("guest", "kvm", mm, Map.of("slots", "0:10000000:1000,0x100000:10000000:2000:ro"));
        assertThat(lab.deviceRead("guest", 0).value()).isEqualTo(5);
        assertThat(lab.deviceRead("guest", 0x100000).value()).isEqualTo(5);
        assertThat(lab.deviceWrite("guest", 0x100000, 1).deviceStatus()).isEqualTo(AccessStatus.MMIO);
        assertThat(lab.deviceWrite("guest", 0, 6).deviceStatus()).isEqualTo(AccessStatus.OK);
        assertThat(lab.deviceRead("guest", 0x1000).deviceStatus()).isEqualTo(AccessStatus.MMIO);
        lab.munmap(mm, Lab.A, Lab.PAGE);
        assertThat(lab.machine().device("guest").entryCount()).isZero();
        assertThat(lab.violations(ViolationKind.MISSED_NOTIFY)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"511, 511, 0", "512, 0, 1"})
    void anSmmuDropsTheWholeAddressSpaceFrom512PagesOn(int pages, long byAddress, long byAsid) {
        lab.attach("dev", "smmuv3-sva", mm, Map.of());
        SvaDevice smmu = (SvaDevice) lab.machine().device("dev");
        smmu.invalidateSecondaryTlbs(mm, Lab.A, Lab.A + pages * Lab.PAGE);
        assertThat(smmu.counters()).containsEntry("tlbiByAddress", byAddress).containsEntry("tlbiByAsid", byAsid);
    }

    /** Against a sorted map, with removals that must close gaps. */
    @Test
    void translationsBehaveLikeASortedMap() {
        Random random = new Random(1);
        Translations translations = new Translations(12);
        TreeMap<Long, Integer> model = new TreeMap<>();
        for (int i = 0; i < 20_000; i++) {
            long page = random.nextInt(300) * Lab.PAGE;
            if (random.nextInt(3) == 0) {
                assertThat(translations.remove(page)).isEqualTo(model.remove(page) != null);
            } else {
                translations.put(page, i, false);
                model.put(page, i);
            }
        }
        assertThat(translations.size()).isEqualTo(model.size());
        for (long end : new long[] {-1, 40 * Lab.PAGE}) {
            List<Long> pages = new ArrayList<>();
            translations.visit(0, end, (page, frame, writable) -> {
                pages.add(page);
                assertThat(frame).isEqualTo(model.get(page));
            });
            assertThat(pages).containsExactlyElementsOf(end == -1 ? model.keySet() : model.headMap(end).keySet());
        }
    }
}
