package io.mmulab.kernel.design;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import io.mmulab.kernel.event.Phase;

/**
 * A position in the argument: where the kernel tells secondary MMUs, as a set of call sites. The rest of the kernel is the
 * same under all designs.
 *
 * @param name as users write it
 * @param kernelVersion name of the {@link KernelVersion} that the design belongs to
 * @param secondaryTlbHook how calls of the secondary-TLB hook appear: {@link Phase#INVALIDATE_RANGE} before 6.6,
 *        {@link Phase#ARCH_INVALIDATE_SECONDARY_TLBS} since
 * @param sites the places that call it
 * @param summary one sentence for a reader
 * @param sources where the design is from
 */
public record KernelDesign(String name, String kernelVersion, Phase secondaryTlbHook, Set<NotifySite> sites,
        String summary, List<String> sources) {

    /** Defensive copies: designs are shared. */
    public KernelDesign {
        sites = Collections.unmodifiableSet(
                sites.isEmpty() ? EnumSet.noneOf(NotifySite.class) : EnumSet.copyOf(sites));
        sources = List.copyOf(sources);
    }

    /** Linux 6.3: nobody is told of an upgrade. */
    public static final KernelDesign LINUX_6_3 = new KernelDesign("linux-6.3", "6.3", Phase.INVALIDATE_RANGE,
            Set.of(NotifySite.RANGE_END, NotifySite.CLEAR_FLUSH, NotifySite.GATHER_FLUSH, NotifySite.UNSHARE_FLUSH,
                    NotifySite.CHANGE_PTE),
            "Before the thread: secondary TLBs are told in range_end, in ptep_clear_flush_notify and when an mmu_gather "
                    + "flushes; a permission upgrade tells nobody.",
            List.of("linux-source-6.1 mm/mmu_notifier.c, mm/memory.c, include/linux/mmu_notifier.h"));

    /** The patch of 22 May 2023. */
    public static final KernelDesign PATCH_V1 = new KernelDesign("patch-v1", "6.3", Phase.INVALIDATE_RANGE,
            Set.of(NotifySite.RANGE_END, NotifySite.CLEAR_FLUSH, NotifySite.GATHER_FLUSH, NotifySite.UNSHARE_FLUSH,
                    NotifySite.CHANGE_PTE,
                    NotifySite.UPGRADE_FAULT_TAIL),
            "As linux-6.3, and start/end with a new event after the page-table lock is dropped when the tail of "
                    + "handle_pte_fault changed the entry; wp_page_reuse is not covered.",
            List.of("[PATCH] mmu_notifiers: Notify on pte permission upgrades, "
                    + "20230522063725.284686-1-apopple@nvidia.com"));

    /** ptep_set_access_flags_notify(). */
    public static final KernelDesign SET_ACCESS_FLAGS_NOTIFY = new KernelDesign("set-access-flags-notify", "6.3",
            Phase.INVALIDATE_RANGE,
            Set.of(NotifySite.RANGE_END, NotifySite.CLEAR_FLUSH, NotifySite.GATHER_FLUSH, NotifySite.UNSHARE_FLUSH,
                    NotifySite.CHANGE_PTE,
                    NotifySite.SET_ACCESS_FLAGS_FLUSH),
            "As linux-6.3, and ptep_set_access_flags calls invalidate_range under the page-table lock whenever the "
                    + "architecture flushed there.",
            List.of("Catalin Marinas, 22 May 2023", "arm64: Notify on pte permission upgrades, 24 May 2023"));

    /** Linux 6.6: each CPU flush is mirrored. */
    public static final KernelDesign LINUX_6_6 = new KernelDesign("linux-6.6", "6.6",
            Phase.ARCH_INVALIDATE_SECONDARY_TLBS,
            Set.of(NotifySite.FLUSH_TLB_PAGE, NotifySite.FLUSH_TLB_RANGE, NotifySite.FLUSH_TLB_MM),
            "As merged: the architecture's own TLB flush functions call the secondary-TLB hook; range_end no longer does.",
            List.of("6bbd42e2df8f mmu_notifiers: call invalidate_range() when invalidating TLBs",
                    "ec8832d007cb mmu_notifiers: don't invalidate secondary TLBs as part of range_end",
                    "linux-source-6.12 arch/arm64/include/asm/tlbflush.h, arch/x86/mm/tlb.c"));

    /** Linux 6.3, and the driver helps itself. */
    public static final KernelDesign PAGE_RESPONSE_INVALIDATES = new KernelDesign("page-response-invalidates", "6.3",
            Phase.INVALIDATE_RANGE,
            Set.of(NotifySite.RANGE_END, NotifySite.CLEAR_FLUSH, NotifySite.GATHER_FLUSH, NotifySite.CHANGE_PTE,
                    NotifySite.PAGE_RESPONSE),
            "As linux-6.3, and the IOMMU driver invalidates the page before it answers a stall or page request: devices that "
                    + "fault by other means are not helped.",
            List.of("Jason Gunthorpe, 27 May 2023, ZHKaBQt8623s9+VK"));

    /** What the thread rules out. */
    public static final KernelDesign NOTIFY_UNDER_LOCK = new KernelDesign("notify-under-lock", "6.3",
            Phase.INVALIDATE_RANGE,
            Set.of(NotifySite.RANGE_END, NotifySite.CLEAR_FLUSH, NotifySite.GATHER_FLUSH, NotifySite.CHANGE_PTE,
                    NotifySite.UPGRADE_UNDER_LOCK),
            "As linux-6.3, and ptep_set_access_flags calls start and end itself: callbacks that may sleep are called under "
                    + "the page-table lock.",
            List.of("Alistair Popple, 22 May 2023, 20230522063725.284686-1-apopple@nvidia.com, on why not"));

    /** Linux 6.6 as it was released. */
    public static final KernelDesign LINUX_6_6_EMPTY_RANGE = new KernelDesign("linux-6.6-empty-range", "6.6",
            Phase.ARCH_INVALIDATE_SECONDARY_TLBS,
            Set.of(NotifySite.FLUSH_TLB_PAGE, NotifySite.FLUSH_TLB_RANGE, NotifySite.FLUSH_TLB_RANGE_EMPTY,
                    NotifySite.FLUSH_TLB_MM),
            "As linux-6.6, with the defect of its first releases: on arm64 a flushed range is told as an empty one, and "
                    + "devices drop everything.",
            List.of("6bbd42e2df8f mmu_notifiers: call invalidate_range() when invalidating TLBs",
                    "linux-source-6.12 (6.12.117) arch/arm64/include/asm/tlbflush.h has the fix"));

    /** The four designs of the thread, in its order. */
    public static final List<KernelDesign> THREAD = List.of(LINUX_6_3, PATCH_V1, SET_ACCESS_FLAGS_NOTIFY, LINUX_6_6);

    /** All presets: those of the thread first. */
    public static final List<KernelDesign> PRESETS = List.of(LINUX_6_3, PATCH_V1, SET_ACCESS_FLAGS_NOTIFY, LINUX_6_6,
            PAGE_RESPONSE_INVALIDATES, NOTIFY_UNDER_LOCK, LINUX_6_6_EMPTY_RANGE);

    /** Whether the design calls at this place. */
    public boolean notifiesAt(NotifySite site) {
        return sites.contains(site);
    }
}
