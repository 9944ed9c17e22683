package io.mmulab.kernel.failure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mmulab.device.Lab;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.machine.Advice;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.paging.Pte;

class InjectErrorTest {
    private static final long LENGTH = 4 * Lab.PAGE;

    private final Lab lab = new Lab(Architecture.X86_64, KernelVersion.V7_3, KernelDesign.LINUX_6_6);
    private final int mm = lab.spawn();

    private Outcome advise(Advice advice, long address, long length) {
        return lab.apply(new Operation.Madvise(mm, address, length, advice));
    }

    private int frame(long address) {
        return Pte.frame(lab.machine().addressSpace(mm).pageTable().get(address));
    }

    @Test
    void softOfflineMovesThePageAndKeepsItsContent() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        lab.write(mm, Lab.A, 7);
        int before = frame(Lab.A);
        Outcome outcome = advise(Advice.MADV_SOFT_OFFLINE, Lab.A, Lab.PAGE);
        assertThat(outcome.error()).isNull();
        assertThat(outcome.signal()).isNull();
        assertThat(frame(Lab.A)).isNotEqualTo(before);
        assertThat(lab.read(mm, Lab.A).value()).isEqualTo(7);
        assertThat(lab.machine().audit()).isEmpty();
    }

    @Test
    void aFrameThatWasTakenOutIsNeverUsedAgain() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        lab.write(mm, Lab.A, 7);
        int failed = frame(Lab.A);
        advise(Advice.MADV_SOFT_OFFLINE, Lab.A, Lab.PAGE);
        lab.dontneed(mm, Lab.A, LENGTH);
        for (long at = Lab.A; at < Lab.A + LENGTH; at += Lab.PAGE) {
            lab.write(mm, at, 1);
            assertThat(frame(at)).isNotEqualTo(failed);
        }
        assertThat(lab.machine().frames().inUse()).isEqualTo(5);
    }

    @Test
    void onlyRootMayPretendFailure() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        lab.apply(new Operation.SetRoot(mm, false));
        assertThat(advise(Advice.MADV_HWPOISON, Lab.A, Lab.PAGE).error()).isEqualTo("EPERM");
        assertThat(advise(Advice.MADV_SOFT_OFFLINE, Lab.A, Lab.PAGE).error()).isEqualTo("EPERM");
    }

    @Test
    void aHoleIsNoMemory() {
        assertThat(advise(Advice.MADV_HWPOISON, Lab.A, Lab.PAGE).error()).isEqualTo("EFAULT");
    }

    @ParameterizedTest
    @EnumSource(value = Advice.class, names = {"MADV_HWPOISON", "MADV_SOFT_OFFLINE"})
    void theAuditKnowsWhoHoldsTheFrames(Advice advice) {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        for (long at = Lab.A; at < Lab.A + LENGTH; at += Lab.PAGE) {
            lab.write(mm, at, 3);
        }
        advise(advice, Lab.A, LENGTH);
        assertThat(lab.machine().audit()).isEmpty();
        lab.apply(new Operation.Exit(mm));
        assertThat(lab.machine().audit()).isEmpty();
        assertThat(lab.machine().frames().inUse()).isEqualTo(4);
    }

    @Test
    void failureOfManyPagesIsOneSignal() {
        lab.mapAnonymous(mm, Lab.A, LENGTH);
        lab.write(mm, Lab.A, 3);
        lab.write(mm, Lab.A + Lab.PAGE, 3);
        assertThat(advise(Advice.MADV_HWPOISON, Lab.A, 2 * Lab.PAGE).signal())
                .isEqualTo(new Outcome.Signal("SIGBUS", "BUS_MCEERR_AR", Lab.A));
    }
}
