package io.mmulab.kernel.notifier;

import org.jspecify.annotations.Nullable;

/** A subscriber of the list with the callbacks that a test gives it. */
final class Listener implements MmuNotifier {
    private final Callbacks log;
    private final int id;
    private final String has;
    private final int answer;
    private final @Nullable MmuNotifierOps ops;

    /** @param has letters: s start, e end, t secondary TLBs, y young, w waits for callbacks in start */
    Listener(Callbacks log, int id, String has, int answer, @Nullable MmuNotifierOps ops) {
        this.log = log;
        this.id = id;
        this.has = has;
        this.answer = answer;
        this.ops = ops;
    }

    Listener(Callbacks log, int id, String has) {
        this(log, id, has, 0, null);
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public @Nullable MmuNotifierOps ops() {
        return ops;
    }

    @Override
    public boolean hasRangeOps() {
        return hasRangeStart() && hasRangeEnd();
    }

    @Override
    public boolean hasRangeStart() {
        return has.contains("s");
    }

    @Override
    public boolean hasRangeEnd() {
        return has.contains("e");
    }

    @Override
    public boolean hasSecondaryTlbOp() {
        return has.contains("t");
    }

    @Override
    public boolean hasChangePte() {
        return false;
    }

    @Override
    public boolean hasYoungOps() {
        return has.contains("y");
    }

    @Override
    public boolean testYoung(int mm, long address) {
        log.heard.add("young? " + id);
        return answer > 0;
    }

    @Override
    public boolean clearFlushYoung(int mm, long start, long end) {
        return testYoung(mm, start);
    }

    @Override
    public int invalidateRangeStart(MmuNotifierRange range) {
        log.heard.add("start " + id);
        if (has.contains("w")) {
            log.notifiers.synchronize();
        }
        return range.blockable() && answer == WOULD_BLOCK ? 0 : answer;
    }

    @Override
    public void invalidateRangeEnd(MmuNotifierRange range) {
        log.heard.add("end " + id);
    }

    @Override
    public int invalidateSecondaryTlbs(int mm, long start, long end) {
        log.heard.add("tlb " + id);
        return 0;
    }

    @Override
    public int changePte(int mm, long address, long pte) {
        return 0;
    }

    @Override
    public int release(int mm) {
        log.heard.add("release " + id);
        return 0;
    }

    @Override
    public void freeNotifier() {
        log.heard.add("free " + id);
    }
}
