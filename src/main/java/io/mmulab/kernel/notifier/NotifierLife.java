package io.mmulab.kernel.notifier;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.event.Tracepoint;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;

/** How subscribers of a whole address space come and go: the second half of {@code mm/mmu_notifier.c}. */
final class NotifierLife {
    private static final int EINVAL = 22;
    private static final int EOVERFLOW = 75;
    private static final int UINT_MAX = -1;

    private final NotifierReport report;
    private final NotifierObserver observer;
    private final CurrentActor current;
    private final boolean refusesBothHooks;
    private final Deque<Runnable> graceful = new ArrayDeque<>();
    private int readers;

    NotifierLife(NotifierReport report, NotifierObserver observer, CurrentActor current, boolean refusesBothHooks) {
        this.report = report;
        this.observer = observer;
        this.current = current;
        this.refusesBothHooks = refusesBothHooks;
    }

    /** {@code srcu_read_lock}: callbacks run. */
    void enter() {
        readers++;
    }

    /** {@code srcu_read_unlock}. */
    void leave() {
        readers--;
    }

    int register(MmuNotifierSubscriptions to, MmuNotifier subscriber) {
        current.get().lock(LockKind.MMAP_WRITE);
        int error = registerLocked(to, subscriber);
        current.get().unlock(LockKind.MMAP_WRITE);
        return error;
    }

    /** {@code __mmu_notifier_register}. */
    private int registerLocked(MmuNotifierSubscriptions to, MmuNotifier subscriber) {
        mustHaveUsers(to);
        boolean both = subscriber.hasSecondaryTlbOp() && (subscriber.hasRangeStart() || subscriber.hasRangeEnd());
        if (refusesBothHooks && both) {
            return -EINVAL;
        }
        to.allocate();
        to.grab();
        to.add(subscriber);
        report.tracer().call(Tracepoint.MN_REGISTER, to.mm(), 0, -1);
        report.membership(to, Phase.REGISTER, 0, -1, Cause.MMU_NOTIFIER_REGISTER, subscriber.id(), null, 0);
        return 0;
    }

    private static void mustHaveUsers(MmuNotifierSubscriptions to) {
        if (to.usersGone()) {
            throw new IllegalStateException("BUG: a subscriber registers, and mm_users is 0");
        }
    }

    /** {@code mmu_notifier_register(NULL, mm)}: from now on the tree is asked. */
    void enableItree(MmuNotifierSubscriptions to) {
        mustHaveUsers(to);
        to.setHasItree();
        report.tracer().call(Tracepoint.MN_REGISTER, to.mm(), 0, -1);
    }

    NotifierReference get(MmuNotifierSubscriptions of, MmuNotifierOps ops) {
        MmuNotifier known = of.find(ops);
        if (known != null) {
            if (of.users(known) == UINT_MAX) {
                return new NotifierReference(null, -EOVERFLOW);
            }
            of.setUsers(known, of.users(known) + 1);
            return new NotifierReference(known, 0);
        }
        MmuNotifier fresh = ops.allocNotifier(of.mm());
        int error = register(of, fresh);
        if (error != 0) {
            fresh.freeNotifier();
            return new NotifierReference(null, error);
        }
        return new NotifierReference(fresh, 0);
    }

    void put(MmuNotifierSubscriptions of, MmuNotifier subscriber) {
        int users = of.users(subscriber);
        if (users == 0) {
            observer.warned(of.mm(), subscriber.id(), 0, -1, Cause.MMU_NOTIFIER_PUT);
            return;
        }
        of.setUsers(subscriber, users - 1);
        if (users == 1) {
            leaveList(of, subscriber, Cause.MMU_NOTIFIER_PUT, null, 0);
            graceful.add(() -> free(of, subscriber));
        }
    }

    private void leaveList(MmuNotifierSubscriptions of, MmuNotifier subscriber, Cause cause,
            @Nullable Reaction reaction, int dropped) {
        if (of.lists(subscriber)) {
            of.remove(subscriber);
            report.membership(of, Phase.UNREGISTER, 0, -1, cause, subscriber.id(), reaction, dropped);
        }
    }

    private static void free(MmuNotifierSubscriptions of, MmuNotifier subscriber) {
        subscriber.freeNotifier();
        of.drop();
    }

    void unregister(MmuNotifierSubscriptions from, MmuNotifier subscriber) {
        if (from.lists(subscriber)) {
            enter();
            int dropped = subscriber.release(from.mm());
            leave();
            leaveList(from, subscriber, Cause.MMU_NOTIFIER_UNREGISTER, NotifierReport.reaction(dropped),
                    Math.max(0, dropped));
        }
        synchronize();
        from.setUsers(subscriber, 0);
        from.drop();
    }

    /** {@code mn_hlist_release}: all are told, then the list is emptied. */
    void release(MmuNotifierSubscriptions of) {
        enter();
        for (MmuNotifier subscriber : of.list()) {
            observer.sleepableCallback(of.mm(), subscriber.id(), 0, -1, Cause.MMU_NOTIFIER_RELEASE);
            int dropped = subscriber.release(of.mm());
            report.dropped(of, Phase.RELEASE, null, 0, -1, true, Cause.MMU_NOTIFIER_RELEASE, subscriber.id(), dropped);
        }
        of.removeAll();
        leave();
        synchronize();
    }

    /** {@code synchronize_srcu}, and what had to wait for it. */
    void synchronize() {
        if (readers > 0) {
            throw new IllegalStateException("a callback waits for all callbacks to return");
        }
        Runnable after = graceful.poll();
        while (after != null) {
            after.run();
            after = graceful.poll();
        }
    }
}
