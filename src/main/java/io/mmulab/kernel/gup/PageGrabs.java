package io.mmulab.kernel.gup;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** References and pins that GUP takes, and what it may take them of. */
final class PageGrabs {
    private final Frames frames;
    private final boolean unsharesFiles;

    PageGrabs(KernelVersion version, Frames frames) {
        this.frames = frames;
        this.unsharesFiles = version.has(VersionRule.LONGTERM_PIN_REFUSES_FILES);
    }

    /** {@code try_grab_folio}. */
    void grab(int frame, int foll) {
        if ((foll & Foll.PIN) != 0) {
            if (!frames.isZeroPage(frame)) {
                frames.pin(frame);
            }
        } else if ((foll & Foll.GET) != 0) {
            frames.get(frame);
        }
    }

    /** Gives back what {@link #grab} took. */
    void put(int frame, int foll) {
        if ((foll & Foll.PIN) != 0) {
            if (!frames.isZeroPage(frame)) {
                frames.unpin(frame);
            }
        } else {
            frames.put(frame);
        }
    }

    /** How many references a pin of the page stands for. */
    int referencesOfPin(int frame) {
        return frames.referencesOfPin(frame);
    }

    /** {@code PageAnonExclusive}, of a present entry. */
    boolean isExclusiveAnon(long pte) {
        return isAnon(pte) && frames.has(exclusiveFrame(pte), Frames.ANON_EXCLUSIVE);
    }

    /**
     * {@code gup_must_unshare}: a read-only pin of a page that others share would not see later writes of its owner.
     *
     * @param vma null on the fast path, which does not know it
     */
    boolean mustUnshare(@Nullable Vma vma, long pte, int foll) {
        if (Pte.write(pte) || (foll & (Foll.WRITE | Foll.PIN)) != Foll.PIN) {
            return false;
        }
        if (!isAnon(pte)) {
            return unsharesFiles && (foll & Foll.LONGTERM) != 0 && (vma == null || VmFlags.isCow(vma.flags()));
        }
        return !frames.has(exclusiveFrame(pte), Frames.ANON_EXCLUSIVE);
    }

    private boolean isAnon(long pte) {
        return !Pte.special(pte) && frames.has(Pte.frame(pte), Frames.ANON);
    }

    /** The mark of a huge entry is on the head. */
    private int exclusiveFrame(long pte) {
        return Pte.isHuge(pte) ? frames.head(Pte.frame(pte)) : Pte.frame(pte);
    }
}
