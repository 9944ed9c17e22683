package io.mmulab.device;

import io.mmulab.kernel.notifier.MmuNotifier;
import io.mmulab.kernel.notifier.MmuNotifierRange;

/** A subscriber with start/end and with the secondary-TLB hook: what 6.6 forbids. */
final class TwoHooks implements MmuNotifier {
    @Override
    public int id() {
        return 99;
    }

    @Override
    public boolean hasRangeOps() {
        return true;
    }

    @Override
    public boolean hasSecondaryTlbOp() {
        return true;
    }

    @Override
    public boolean hasChangePte() {
        return false;
    }

    @Override
    public int invalidateRangeStart(MmuNotifierRange range) {
        return 0;
    }

    @Override
    public void invalidateRangeEnd(MmuNotifierRange range) {}

    @Override
    public int invalidateSecondaryTlbs(int mm, long start, long end) {
        return 0;
    }

    @Override
    public int changePte(int mm, long address, long pte) {
        return 0;
    }

    @Override
    public int release(int mm) {
        return 0;
    }
}
