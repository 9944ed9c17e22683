package io.mmulab.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.mmulab.device.Lab;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.Vma;

class ClearRefsTest {
    private static final long FILE = Lab.A + 16 * Lab.PAGE;
    private static final int ALL = 1;
    private static final int ANONYMOUS = 2;
    private static final int FILES = 3;
    private static final int SOFT_DIRTY = 4;
    private static final int PEAK_RSS = 5;

    private Lab lab = new Lab(Architecture.X86_64, KernelVersion.V6_12, KernelDesign.LINUX_6_6);
    private int mm = lab.spawn();

    private Outcome clear(int type) {
        return lab.apply(new Operation.ClearRefs(mm, mm, type));
    }

    private PageView page(long address) {
        AddressSpace space = lab.machine().addressSpace(mm);
        Vma vma = Objects.requireNonNull(space.vmas().lookup(address));
        return lab.machine().pagemap().page(space, vma, address);
    }

    private boolean young(long address) {
        return Pte.young(page(address).pte());
    }

    @Test
    void aFreshMappingIsSoftDirtyUntilItIsCleared() {
        lab.mapAnonymous(mm, Lab.A, Lab.PAGE);
        assertThat(page(Lab.A).softDirty()).isTrue();
        clear(SOFT_DIRTY);
        assertThat(page(Lab.A).softDirty()).isFalse();
    }

    @Test
    void theFirstWriteAfterwardsFaultsAndIsSeen() {
        lab.mapAnonymous(mm, Lab.A, 2 * Lab.PAGE);
        lab.write(mm, Lab.A, 1);
        lab.write(mm, Lab.A + Lab.PAGE, 1);
        clear(SOFT_DIRTY);
        assertThat(page(Lab.A).softDirty()).isFalse();
        assertThat(lab.write(mm, Lab.A, 2).faults()).hasSize(1);
        assertThat(page(Lab.A).softDirty()).isTrue();
        assertThat(page(Lab.A + Lab.PAGE).softDirty()).isFalse();
        assertThat(lab.write(mm, Lab.A, 3).faults()).isEmpty();
    }

    @Test
    void armChangesNoEntryButTellsItsNotifiers() {
        lab = new Lab(Architecture.ARM64, KernelVersion.V6_12, KernelDesign.LINUX_6_6);
        mm = lab.spawn();
        lab.attach("vm", "kvm", mm, java.util.Map.of("slots", "identity"));
        lab.mapAnonymous(mm, Lab.A, Lab.PAGE);
        lab.write(mm, Lab.A, 1);
        assertThat(lab.calls(clear(SOFT_DIRTY), Phase.RANGE_START)).isEqualTo(1);
        assertThat(lab.write(mm, Lab.A, 2).faults()).isEmpty();
        assertThat(page(Lab.A).softDirty()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {ALL, ANONYMOUS, FILES})
    void pagesOfTheChosenKindBecomeOld(int type) {
        lab.createFile("f", MappedFile.Kind.TMPFS, 1);
        lab.mapAnonymous(mm, Lab.A, Lab.PAGE);
        lab.mapFile(mm, FILE, Lab.PAGE, "f", MapFlag.MAP_SHARED);
        lab.write(mm, Lab.A, 1);
        lab.write(mm, FILE, 1);
        clear(type);
        assertThat(young(Lab.A)).isEqualTo(type == FILES);
        assertThat(young(FILE)).isEqualTo(type == ANONYMOUS);
        assertThat(lab.read(mm, Lab.A).faults()).as("the hardware sets it").isEmpty();
    }

    @Test
    void otherNumbersAreInvalid() {
        assertThat(clear(0).error()).isEqualTo("EINVAL");
        assertThat(clear(PEAK_RSS).error()).isNull();
        assertThat(clear(PEAK_RSS + 1).error()).isEqualTo("EINVAL");
    }
}
