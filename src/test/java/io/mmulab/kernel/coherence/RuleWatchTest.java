package io.mmulab.kernel.coherence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.mmulab.device.Lab;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.Tracepoint;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;

/** Each of the rules R1 to R5 is broken by a made-up order of events, and kept by the right one. */
class RuleWatchTest {
    private static final long AT = Lab.A;
    private static final long END = AT + Lab.PAGE;
    private static final long RIGHTS = Pte.PRESENT | Pte.WRITE | Pte.ACCESSED | Pte.DIRTY;

    private final Lab lab = new Lab(Architecture.X86_64, KernelVersion.V6_12, KernelDesign.LINUX_6_6);
    private final AddressSpace mm = withDevice();
    private final Frames frames = lab.machine().frames();
    private final RuleWatch watch = new RuleWatch(frames, KernelDesign.LINUX_6_6);
    private final long old = Pte.of(frames.alloc(Frames.ANON), RIGHTS);
    private final long other = Pte.of(frames.alloc(Frames.ANON), RIGHTS);

    private AddressSpace withDevice() {
        int id = lab.spawn();
        lab.attach("smmu", "smmuv3-sva", id, Map.of());
        return lab.machine().addressSpace(id);
    }

    private void change(long before, long after) {
        watch.entryChanged(mm, AT, before, after);
    }

    private void flush() {
        watch.flushed(mm, AT, END);
    }

    private void tell() {
        call(Tracepoint.MN_SECONDARY_TLBS, AT, END, "");
    }

    private void call(Tracepoint point, long start, long end, String detail) {
        watch.called(point, mm.id(), start, end, 0, detail);
    }

    private List<AuditRule> found() {
        return watch.take().stream().map(Finding::rule).toList();
    }

    @Test
    void aPageTakesAnothersPlaceByClearFlushTellSet() {
        change(old, Pte.NONE);
        flush();
        tell();
        change(Pte.NONE, other);
        watch.operationReturned();
        assertThat(found()).isEmpty();
    }

    @Test
    void aPageMustNotTakeAnothersPlaceWithoutAClear() {
        change(old, other);
        assertThat(found()).containsExactly(AuditRule.R3_CLEAR_FLUSH_SET);
    }

    @Test
    void norBeforeTheFlush() {
        change(old, Pte.NONE);
        tell();
        change(Pte.NONE, other);
        assertThat(found()).containsExactly(AuditRule.R3_CLEAR_FLUSH_SET);
    }

    @Test
    void norWritableBeforeSecondaryTlbsHear() {
        change(old, Pte.NONE);
        flush();
        change(Pte.NONE, other);
        assertThat(found()).containsExactly(AuditRule.R3_CLEAR_FLUSH_SET);
        watch.operationReturned();
        assertThat(found()).containsExactly(AuditRule.R4_LOSS_IS_FLUSHED);
    }

    @Test
    void aReadOnlyPageMayBeSetBeforeTheyHear() {
        change(old, Pte.NONE);
        flush();
        change(Pte.NONE, Pte.wrprotect(other));
        tell();
        watch.operationReturned();
        assertThat(found()).isEmpty();
    }

    @Test
    void anotherAddressIsAnotherMatter() {
        change(old, Pte.NONE);
        watch.entryChanged(mm, END, Pte.NONE, other);
        watch.entryChanged(mm, AT - Lab.PAGE, Pte.NONE, other);
        assertThat(found()).isEmpty();
    }

    @Test
    void whatIsTakenAwayMustBeFlushedAndTold() {
        change(old, Pte.NONE);
        watch.operationReturned();
        assertThat(found()).containsExactly(AuditRule.R4_LOSS_IS_FLUSHED);
        change(old, Pte.NONE);
        flush();
        watch.operationReturned();
        assertThat(found()).containsExactly(AuditRule.R4_LOSS_IS_FLUSHED);
        change(old, Pte.NONE);
        tell();
        watch.operationReturned();
        assertThat(found()).containsExactly(AuditRule.R4_LOSS_IS_FLUSHED);
        watch.operationReturned();
        assertThat(found()).as("of the operation before").isEmpty();
    }

    @Test
    void aLostRightIsALoss() {
        change(old, Pte.wrprotect(old));
        watch.operationReturned();
        assertThat(found()).containsExactly(AuditRule.R4_LOSS_IS_FLUSHED);
        change(Pte.wrprotect(old), old);
        watch.operationReturned();
        assertThat(found()).as("a right more is none").isEmpty();
    }

    @Test
    void aFlushOfLessIsNotEnough() {
        change(old, Pte.NONE);
        tell();
        watch.flushed(mm, END, END + Lab.PAGE);
        watch.flushed(mm, AT + 1, END);
        watch.operationReturned();
        assertThat(found()).containsExactly(AuditRule.R4_LOSS_IS_FLUSHED);
    }

    @Test
    void aFlushOfEverythingIs() {
        change(old, Pte.NONE);
        watch.flushed(mm, 0, -1);
        call(Tracepoint.MN_SECONDARY_TLBS, 0, -1, "");
        watch.operationReturned();
        assertThat(found()).isEmpty();
    }

    @Test
    void whatCameBackNeedsNothing() {
        change(old, Pte.NONE);
        change(Pte.NONE, old);
        watch.operationReturned();
        assertThat(found()).isEmpty();
    }

    @Test
    void whatCameBackWithLessIsALoss() {
        change(old, Pte.NONE);
        change(Pte.NONE, Pte.wrprotect(old));
        watch.operationReturned();
        assertThat(found()).containsExactly(AuditRule.R4_LOSS_IS_FLUSHED);
    }

    @Test
    void aHugePageIsToldPageByPage() {
        long size = 512 * Lab.PAGE;
        long huge = Pte.huge(frames.alloc(9, Frames.ANON), 1, RIGHTS);
        watch.entryChanged(mm, AT, huge, Pte.NONE);
        watch.flushed(mm, AT, AT + size);
        call(Tracepoint.MN_SECONDARY_TLBS, AT, AT + size - Lab.PAGE, "");
        watch.operationReturned();
        assertThat(found()).containsExactly(AuditRule.R4_LOSS_IS_FLUSHED);
        watch.entryChanged(mm, AT, huge, Pte.NONE);
        watch.flushed(mm, AT, AT + size);
        call(Tracepoint.MN_SECONDARY_TLBS, AT, AT + 8 * Lab.PAGE, "");
        call(Tracepoint.MN_SECONDARY_TLBS, AT + 8 * Lab.PAGE, AT + size, "");
        watch.operationReturned();
        assertThat(found()).isEmpty();
    }

    @Test
    void aFrameIsNotFreeBeforeTheFlush() {
        change(old, Pte.NONE);
        frames.put(Pte.frame(old));
        flush();
        assertThat(found()).containsExactly(AuditRule.R5_FLUSH_BEFORE_FREE);
        change(other, Pte.NONE);
        flush();
        frames.put(Pte.frame(other));
        assertThat(found()).isEmpty();
    }

    @Test
    void aFaultThatAddsAnEntryFlushesNothing() {
        call(Tracepoint.HANDLE_MM_FAULT, AT, AT, "");
        change(Pte.NONE, old);
        flush();
        assertThat(found()).containsExactly(AuditRule.R1_NEW_ENTRY_IS_SILENT);
        call(Tracepoint.HANDLE_MM_FAULT_RET, AT, AT, "");
        flush();
        assertThat(found()).as("no fault").isEmpty();
    }

    @Test
    void aFaultMayFlushWhatItChanged() {
        call(Tracepoint.HANDLE_MM_FAULT, AT, AT, "");
        change(Pte.wrprotect(old), old);
        flush();
        assertThat(found()).isEmpty();
        watch.flushed(mm, END, END + Lab.PAGE);
        watch.flushed(mm, AT - Lab.PAGE, AT);
        assertThat(found()).containsExactly(AuditRule.R1_NEW_ENTRY_IS_SILENT, AuditRule.R1_NEW_ENTRY_IS_SILENT);
    }

    @Test
    void anUpgradeInAFaultOpensNoWindow() {
        call(Tracepoint.HANDLE_MM_FAULT, AT, AT, "");
        call(Tracepoint.MN_START, AT, END, "CLEAR");
        change(Pte.wrprotect(old), old);
        call(Tracepoint.MN_ONLY_END, AT, END, "CLEAR");
        assertThat(found()).containsExactly(AuditRule.R2_UPGRADE_OPENS_NO_WINDOW);
        call(Tracepoint.MN_START, AT, END, "PROTECTION_VMA");
        change(Pte.wrprotect(old), old);
        call(Tracepoint.MN_END, AT, END, "PROTECTION_VMA");
        assertThat(found()).isEmpty();
        call(Tracepoint.MN_START, END, END + Lab.PAGE, "CLEAR");
        call(Tracepoint.MN_END, END, END + Lab.PAGE, "CLEAR");
        assertThat(found()).as("not about the address").isEmpty();
    }

    @Test
    void aLossInAFaultOpensOne() {
        call(Tracepoint.HANDLE_MM_FAULT, AT, AT, "");
        call(Tracepoint.MN_START, AT, END, "CLEAR");
        change(old, Pte.NONE);
        flush();
        tell();
        change(Pte.NONE, other);
        call(Tracepoint.MN_END, AT, END, "CLEAR");
        call(Tracepoint.HANDLE_MM_FAULT_RET, AT, AT, "");
        watch.operationReturned();
        assertThat(found()).isEmpty();
    }

    @Test
    void whereTheEndOfAWindowTellsItTells() {
        RuleWatch before = new RuleWatch(frames, KernelDesign.LINUX_6_3);
        before.entryChanged(mm, AT, old, Pte.NONE);
        before.flushed(mm, AT, END);
        before.called(Tracepoint.MN_END, mm.id(), AT, END, 0, "CLEAR");
        before.operationReturned();
        assertThat(before.take()).isEmpty();
        change(old, Pte.NONE);
        flush();
        call(Tracepoint.MN_END, AT, END, "CLEAR");
        watch.operationReturned();
        assertThat(found()).as("since 6.6 only the flush does").containsExactly(AuditRule.R4_LOSS_IS_FLUSHED);
    }
}
