package io.mmulab.kernel.ksm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.fault.FaultFlags;
import io.mmulab.kernel.fault.PageFault;
import io.mmulab.kernel.fault.VmFault;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.PageContent;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code ksmd}. One scan here is what a few full scans of the kernel come to: pages whose content has settled are looked for
 * among the shared pages (the stable tree), then among the pages seen earlier in the scan (the unstable tree).
 */
public final class Ksm {
    private final MergePages pages;
    private final Frames frames;
    private final Lru lru;
    private final PageFault faults;
    private final Supplier<List<AddressSpace>> spaces;
    private final int breakFlags;
    private final Map<PageContent, Integer> stable = new HashMap<>();

    /** A page that waits for an equal one. */
    private record Candidate(AddressSpace mm, Vma vma, long address, int frame) {
        boolean isStillThere() {
            return mm.isAlive() && Pte.frame(mm.pageTable().get(address)) == frame;
        }
    }

    /**
     * For one machine.
     *
     * @param spaces all address spaces, in the order in which they came
     */
    public Ksm(KernelVersion version, PageTableOps ops, MmuNotifiers notifiers, Frames frames, Lru lru,
            PageFault faults,
            CurrentActor current, Supplier<List<AddressSpace>> spaces) {
        this.pages = new MergePages(ops, notifiers, frames, lru, current);
        this.frames = frames;
        this.lru = lru;
        this.faults = faults;
        this.spaces = spaces;
        this.breakFlags = FaultFlags.REMOTE
                | (version.has(VersionRule.BREAK_KSM_UNSHARES) ? FaultFlags.UNSHARE : FaultFlags.WRITE);
    }

    /** Scans all mergeable memory and merges what is equal. */
    public void scan() {
        lru.drain();
        stable.values().removeIf(frame -> !frames.has(frame, Frames.KSM));
        Map<PageContent, Candidate> unstable = new HashMap<>();
        for (AddressSpace mm : spaces.get()) {
            if (mm.isAlive()) {
                scan(mm, unstable);
            }
        }
    }

    private void scan(AddressSpace mm, Map<PageContent, Candidate> unstable) {
        List<Candidate> found = new ArrayList<>();
        for (int i = 0; i < mm.vmas().size(); i++) {
            Vma vma = mm.vmas().at(i);
            if (vma.has(VmFlags.MERGEABLE) && vma.anonVma() != null) {
                collect(mm, vma, found);
            }
        }
        for (Candidate page : found) {
            if (page.isStillThere()) {
                compareAndMerge(page, unstable);
            }
        }
    }

    /** What {@code follow_page} finds: anonymous base pages that their process can reach. */
    private void collect(AddressSpace mm, Vma vma, List<Candidate> found) {
        for (long at = mm.pageTable().nextEntry(vma.start(), vma.end()); at < vma.end(); at = mm.pageTable()
                .nextEntry(at + mm.pageSize(), vma.end())) {
            long pte = mm.pageTable().get(at);
            if (Pte.valid(pte) && !Pte.special(pte) && frames.has(Pte.frame(pte), Frames.ANON)
                    && frames.order(Pte.frame(pte)) == 0) {
                found.add(new Candidate(mm, vma, at, Pte.frame(pte)));
            }
        }
    }

    /** {@code cmp_and_merge_page}. */
    private void compareAndMerge(Candidate page, Map<PageContent, Candidate> unstable) {
        PageContent content = frames.pageContent(page.frame());
        Integer shared = stable.get(content);
        if (frames.has(page.frame(), Frames.KSM)) {
            return;
        }
        if (shared != null) {
            if (pages.merge(page.mm(), page.vma(), page.address(), shared)
                    && frames.mapping(shared) instanceof StableNode node) {
                node.append(page.mm(), page.vma(), page.address());
            }
            return;
        }
        Candidate other = unstable.get(content);
        if (other == null || !other.isStillThere()) {
            unstable.put(content, page);
        } else if (other.frame() != page.frame()) {
            unstable.remove(content);
            mergeTwo(page, other, content);
        }
    }

    /** {@code try_to_merge_two_pages}: the page at hand becomes the shared one; alone, it is broken again. */
    private void mergeTwo(Candidate page, Candidate other, PageContent content) {
        if (!pages.merge(page.mm(), page.vma(), page.address(), Frames.NO_FRAME)) {
            return;
        }
        if (pages.merge(other.mm(), other.vma(), other.address(), page.frame())) {
            stable.put(content, page.frame());
            StableNode node = new StableNode(spaces);
            node.append(other.mm(), other.vma(), other.address());
            node.append(page.mm(), page.vma(), page.address());
            frames.setMapping(page.frame(), node, 0);
        } else {
            breakKsm(page.mm(), page.vma(), page.address());
        }
    }

    /** {@code unmerge_and_remove_all_rmap_items}: every merged page becomes private again. */
    public void unmergeAll() {
        for (AddressSpace mm : spaces.get()) {
            for (int i = 0; mm.isAlive() && i < mm.vmas().size(); i++) {
                Vma vma = mm.vmas().at(i);
                if (vma.has(VmFlags.MERGEABLE) && vma.anonVma() != null) {
                    unmerge(mm, vma, vma.start(), vma.end());
                }
            }
        }
    }

    /** {@code unmerge_ksm_pages} of {@code [start, end)}: 0, or ENOMEM where memory for private pages is used up. */
    public long unmerge(AddressSpace mm, Vma vma, long start, long end) {
        for (long at = mm.pageTable().nextEntry(start, end); at < end; at = mm.pageTable()
                .nextEntry(at + mm.pageSize(), end)) {
            if (!breakKsm(mm, vma, at)) {
                return Errno.ENOMEM.returned();
            }
        }
        return 0;
    }

    /** {@code break_ksm}: false if there was no memory for it. */
    private boolean breakKsm(AddressSpace mm, @Nullable Vma vma, long address) {
        long pte = mm.pageTable().get(address);
        if (vma != null && Pte.present(pte) && frames.has(Pte.frame(pte), Frames.KSM)) {
            return (faults.handleMmFault(mm, vma, address, breakFlags) & VmFault.OOM) == 0;
        }
        return true;
    }
}
