package io.mmulab.kernel.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import io.mmulab.device.Lab;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.machine.AccessKind;
import io.mmulab.kernel.machine.Advice;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;

class GuardRegionsTest {
    private static final long LENGTH = 4 * Lab.PAGE;
    private static final long GUARDED = Lab.A + Lab.PAGE;

    private final Lab lab = new Lab(Architecture.X86_64, KernelVersion.V7_3, KernelDesign.LINUX_6_6);
    private final int mm = lab.spawn();

    private static Outcome advise(Lab on, int mm, Advice advice) {
        return on.apply(new Operation.Madvise(mm, GUARDED, Lab.PAGE, advice));
    }

    private void install() {
        assertThat(advise(lab, mm, Advice.MADV_GUARD_INSTALL).error()).isNull();
    }

    private void assertGuarded(int id) {
        assertThat(lab.read(id, GUARDED).signal())
                .isEqualTo(new Outcome.Signal("SIGSEGV", "SEGV_MAPERR", GUARDED));
    }

    @Test
    void anAccessIsAnErrorWhateverWasThere() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        lab.write(mm, GUARDED, 1);
        install();
        assertGuarded(mm);
        assertThat(lab.machine().frames().inUse()).isZero();
        assertThat(lab.machine().addressSpace(mm).vmas().size()).isEqualTo(1);
        assertThat(lab.read(mm, Lab.A).signal()).isNull();
    }

    @Test
    void removalGivesAnEmptyPage() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        lab.write(mm, GUARDED, 1);
        install();
        advise(lab, mm, Advice.MADV_GUARD_REMOVE);
        assertThat(lab.read(mm, GUARDED).value()).isZero();
    }

    @Test
    void dontneedAndForkKeepIt() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        install();
        lab.dontneed(mm, Lab.A, LENGTH);
        assertGuarded(mm);
        assertGuarded(lab.fork(mm));
    }

    @Test
    void theKernelMayNotPassEither() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        install();
        assertThat(lab.apply(new Operation.ProcMem(mm, mm, GUARDED, AccessKind.READ, 0)).error()).isEqualTo("EIO");
        assertThat(advise(lab, mm, Advice.MADV_POPULATE_READ).error()).isEqualTo("EFAULT");
    }

    @Test
    void lockedMemoryIsRefused() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        lab.apply(new Operation.Mlock(mm, Lab.A, LENGTH, false));
        assertThat(advise(lab, mm, Advice.MADV_GUARD_INSTALL).error()).isEqualTo("EINVAL");
    }

    @Test
    void olderKernelsDoNotKnowIt() {
        Lab older = new Lab(Architecture.X86_64, KernelVersion.V6_12, KernelDesign.LINUX_6_6);
        int id = older.spawn();
        older.mapAnonymous(id, Lab.A, LENGTH);
        assertThat(advise(older, id, Advice.MADV_GUARD_INSTALL).error()).isEqualTo("EINVAL");
    }
}
