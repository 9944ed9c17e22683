package io.mmulab.device;

/**
 * What keeps a guest's fault from mapping a page that is being taken away: {@code mmu_invalidate_in_progress} and
 * {@code mmu_invalidate_seq} of {@code struct kvm}. A fault notes the sequence before it asks the host for the page, and
 * maps the page only if no window over a slot is open and none has closed since.
 */
final class Invalidations {
    private int active;
    private int inProgress;
    private long sequence;

    /** {@code kvm_mmu_invalidate_start}. */
    void begin(boolean touchesSlot) {
        active++;
        if (touchesSlot) {
            inProgress++;
        }
    }

    /** {@code kvm_mmu_invalidate_end}. */
    void end(boolean touchesSlot) {
        if (touchesSlot) {
            sequence++;
            inProgress--;
        }
        active--;
    }

    /** {@code mn_active_invalidate_count}: whether a window is open, over a slot or not. */
    boolean anyActive() {
        return active > 0;
    }

    /** Whether a window over a slot is open. */
    boolean inProgress() {
        return inProgress > 0;
    }

    /** {@code mmu_invalidate_seq}. */
    long sequence() {
        return sequence;
    }

    /** {@code mmu_invalidate_retry}. */
    boolean retry(long seen) {
        return inProgress > 0 || sequence != seen;
    }
}
