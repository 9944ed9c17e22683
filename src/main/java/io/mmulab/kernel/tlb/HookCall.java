package io.mmulab.kernel.tlb;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.SecondaryTlbs;
import io.mmulab.kernel.arch.SecondaryTlbs.Position;
import io.mmulab.kernel.arch.SecondaryTlbs.Told;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.NotifySite;

/**
 * Whether, when and with what one flush function calls the secondary-TLB hook: what the architecture, the release and the
 * design say together.
 *
 * @param beforeWait called when the flush is asked for
 * @param afterWait called when the flush has taken effect
 * @param told the range
 */
record HookCall(boolean beforeWait, boolean afterWait, Told told) {
    /** No call. */
    static final HookCall NONE = new HookCall(false, false, Told.RANGE);

    static HookCall of(SecondaryTlbs.@Nullable Call call, NotifySite site, KernelDesign design, KernelVersion version) {
        if (call == null || !design.notifiesAt(site) || !version.isIn(call.releases())) {
            return NONE;
        }
        boolean after = call.position() == Position.AFTER_FLUSH;
        return new HookCall(!after, after, call.told());
    }

    boolean calls() {
        return beforeWait || afterWait;
    }
}
