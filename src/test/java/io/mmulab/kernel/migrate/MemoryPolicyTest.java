package io.mmulab.kernel.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.mmulab.device.Lab;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.kernel.vma.MappedFile;

/** Where pages come from once mbind has said so: move_pages to that node finds them there already. */
class MemoryPolicyTest {
    private static final long MB2 = 2L << 20;
    private static final long B = Lab.A + 64 * MB2;

    private Lab lab = new Lab(Architecture.X86_64, KernelVersion.V6_12, KernelDesign.LINUX_6_6);
    private int mm;

    @BeforeEach
    void start() {
        mm = lab.spawn();
    }

    private void bind(long address, long length) {
        assertThat(lab.apply(new Operation.Mbind(mm, address, length, 1)).error()).isNull();
    }

    private void assertOnNodeOne(int of, long address) {
        Outcome moved = lab.apply(new Operation.MovePages(of, address, 1, Lab.PAGE, 1));
        assertThat(moved.pageStatus()).containsExactly(1);
        assertThat(lab.calls(moved, Phase.TLB_FLUSH)).as("nothing had to move").isZero();
    }

    @Test
    void aBoundMappingsNewPages() {
        lab.mapAnonymous(mm, Lab.A, 4 * Lab.PAGE);
        bind(Lab.A, 2 * Lab.PAGE);
        lab.write(mm, Lab.A, 1);
        lab.write(mm, Lab.A + 2 * Lab.PAGE, 1);
        assertOnNodeOne(mm, Lab.A);
        Outcome moved = lab.apply(new Operation.MovePages(mm, Lab.A + 2 * Lab.PAGE, 1, Lab.PAGE, 1));
        assertThat(lab.calls(moved, Phase.TLB_FLUSH)).as("the page outside is moved").isPositive();
    }

    @Test
    void aBoundMappingsHugePages() {
        lab.apply(new Operation.SetThp("enabled", "always"));
        long huge = (Lab.A + MB2) & -MB2;
        lab.mapAnonymous(mm, huge, MB2);
        bind(huge, MB2);
        lab.write(mm, huge, 1);
        assertOnNodeOne(mm, huge);
    }

    @Test
    void theCopyOfAPinnedPageInAChild() {
        lab.mapAnonymous(mm, Lab.A, Lab.PAGE);
        bind(Lab.A, Lab.PAGE);
        lab.write(mm, Lab.A, 1);
        lab.apply(new Operation.RegisterBuffer(mm, Lab.A, Lab.PAGE));
        int child = lab.fork(mm);
        assertOnNodeOne(child, Lab.A);
    }

    @Test
    void theFilesNewPagesWhoeverFaultsThemIn() {
        lab.createFile("shm", MappedFile.Kind.TMPFS, 4);
        lab.mapFile(mm, Lab.A, 4 * Lab.PAGE, "shm", MapFlag.MAP_SHARED);
        lab.mapFile(mm, B, 4 * Lab.PAGE, "shm", MapFlag.MAP_SHARED);
        bind(Lab.A, 2 * Lab.PAGE);
        lab.apply(new Operation.Mbind(mm, Lab.A + Lab.PAGE, Lab.PAGE, 0));
        for (int i = 0; i < 3; i++) {
            lab.write(mm, B + i * Lab.PAGE, 1);
        }
        assertOnNodeOne(mm, B);
        for (int i = 1; i < 3; i++) {
            Outcome moved = lab.apply(new Operation.MovePages(mm, B + i * Lab.PAGE, 1, Lab.PAGE, 1));
            assertThat(lab.calls(moved, Phase.TLB_FLUSH)).as("page %d", i).isPositive();
        }
    }

    @Test
    void aChildMakesGoodTheFlushThatItsParentPutOff() {
        lab = new Lab(Architecture.ARM64, KernelVersion.V6_12, KernelDesign.LINUX_6_6);
        mm = lab.spawn();
        lab.apply(new Operation.Mmap(mm, Lab.A, Lab.PAGE, Set.of(Prot.PROT_READ, Prot.PROT_WRITE),
                Set.of(MapFlag.MAP_PRIVATE, MapFlag.MAP_ANONYMOUS, MapFlag.MAP_FIXED), null, 0));
        lab.write(mm, Lab.A, 1);
        lab.apply(new Operation.MovePages(mm, Lab.A, 1, Lab.PAGE, 1));
        int child = lab.fork(mm);
        assertThat(lab.machine().addressSpace(child).isTlbFlushBatched()).isTrue();
        lab.dontneed(child, Lab.A, Lab.PAGE);
        assertThat(lab.machine().addressSpace(child).isTlbFlushBatched()).isFalse();
        assertThat(lab.machine().addressSpace(mm).isTlbFlushBatched()).as("the parent's is its own").isTrue();
    }
}
