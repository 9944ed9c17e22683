package io.mmulab.kernel.failure;

import java.util.ArrayList;
import java.util.List;

import io.mmulab.kernel.paging.FrameHolder;

/** The frames that are out of use for ever ({@code num_poisoned_pages}), each with one reference. */
public final class PoisonedFrames implements FrameHolder {
    private final List<Integer> held = new ArrayList<>();

    /** One more; its reference stays. */
    void add(int frame) {
        held.add(frame);
    }

    @Override
    public void visitHeld(Visitor visitor) {
        held.forEach(frame -> visitor.holds(frame, 1));
    }
}
