package io.mmulab.kernel.notifier;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.event.Tracepoint;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.Step;

/** The calls of {@code mm/mmu_notifier.c} that come under the page-table lock, whose callbacks must not sleep. */
final class AtomicNotifiers {
    private final Phase secondaryTlbHook;
    private final NotifierReport report;
    private final NotifierLife life;
    private final CurrentActor current;

    AtomicNotifiers(Phase secondaryTlbHook, NotifierReport report, NotifierLife life, CurrentActor current) {
        this.secondaryTlbHook = secondaryTlbHook;
        this.report = report;
        this.life = life;
        this.current = current;
    }

    void invalidateSecondaryTlbs(MmuNotifierSubscriptions of, long start, long end, Cause cause) {
        report.call(of, secondaryTlbHook, null, start, end, false, cause);
        life.enter();
        for (MmuNotifier subscriber : of.list()) {
            if (subscriber.hasSecondaryTlbOp()) {
                current.get().step(Step.CALLBACK_ENTER);
                int dropped = subscriber.invalidateSecondaryTlbs(of.mm(), start, end);
                current.get().step(Step.CALLBACK_RETURN);
                report.dropped(of, secondaryTlbHook, null, start, end, false, cause, subscriber.id(), dropped);
            }
        }
        life.leave();
    }

    void changePte(MmuNotifierSubscriptions of, long address, long pageSize, long pte) {
        report.call(of, Phase.CHANGE_PTE, null, address, address + pageSize, false, Cause.SET_PTE_AT_NOTIFY);
        for (MmuNotifier subscriber : of.list()) {
            if (subscriber.hasChangePte()) {
                int replaced = subscriber.changePte(of.mm(), address, pte);
                report.reacted(of, Phase.CHANGE_PTE, address, address + pageSize, Cause.SET_PTE_AT_NOTIFY,
                        subscriber.id(), replaced > 0 ? Reaction.REPLACED : Reaction.NOTHING_CACHED);
            }
        }
    }

    /** The three ageing calls, by phase. */
    boolean young(MmuNotifierSubscriptions of, Phase phase, long start, long end, Cause cause) {
        report.call(of, phase, null, start, end, false, cause);
        boolean young = false;
        MmuNotifier[] list = of.list();
        for (int i = 0; i < list.length && !(young && phase == Phase.TEST_YOUNG); i++) {
            MmuNotifier subscriber = list[i];
            if (subscriber.hasYoungOps()) {
                boolean one = ask(of, phase, start, end, subscriber);
                young |= one;
                report.reacted(of, phase, start, end, cause, subscriber.id(), one ? Reaction.YOUNG : Reaction.OLD);
            }
        }
        report.tracer().call(Tracepoint.MN_YOUNG_RET, of.mm(), start, end, young ? 1 : 0, "");
        return young;
    }

    private static boolean ask(MmuNotifierSubscriptions of, Phase phase, long start, long end, MmuNotifier subscriber) {
        return switch (phase) {
            case CLEAR_FLUSH_YOUNG -> subscriber.clearFlushYoung(of.mm(), start, end);
            case CLEAR_YOUNG -> subscriber.clearYoung(of.mm(), start, end);
            default -> subscriber.testYoung(of.mm(), start);
        };
    }
}
