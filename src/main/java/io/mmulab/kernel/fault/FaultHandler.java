package io.mmulab.kernel.fault;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.arch.Costs;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.NotifySite;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.pgtable.PmdOps;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.thp.ShmemFolios;
import io.mmulab.kernel.thp.SplitHugePmd;
import io.mmulab.kernel.thp.ThpOrders;
import io.mmulab.kernel.vma.AnonVma;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.UserfaultfdCtx;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code handle_mm_fault()} of {@code mm/memory.c}: a method a function, with the kernel's names and order. Knows nothing
 * of flushes, designs or the checker, except for the one site of patch-v1, which stood in this code.
 */
public final class FaultHandler {
    private final PageTableOps ops;
    private final Frames frames;
    private final MmuNotifiers notifiers;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final Costs costs;
    private final HugePmdFault huge;
    private final AnonFolio folios;
    private final Lru lru;
    private final AnonReuse reuse;
    private final SwapFault swapFault;
    private final ShmemFolios shmem;
    private final FileMapping fileMapping;
    private final boolean notifyUpgradeAtTail;
    private final int wpResolved;
    private final boolean unsharesAnonOnly;
    private Userfaults userfaults = Userfaults.NONE;
    private int found = Frames.NO_FRAME;
    private FaultPath path = FaultPath.SPURIOUS;
    private @Nullable HugetlbFaults hugetlb;
    private @Nullable DeviceEntries deviceEntries;

    /** For one machine. */
    public FaultHandler(Architecture architecture, KernelVersion version, KernelDesign design, PageTableOps ops,
            PmdOps pmds, SplitHugePmd split, ThpOrders orders, Frames frames, Lru lru, SwapArea swap,
            MmuNotifiers notifiers,
            CurrentActor current, SimulatedClock clock) {
        this.ops = ops;
        this.folios = new AnonFolio(version, ops, orders, frames, lru);
        this.huge = new HugePmdFault(version, pmds, split, orders, frames, lru, notifiers, current, clock,
                architecture.costs());
        this.frames = frames;
        this.lru = lru;
        this.reuse = new AnonReuse(version, frames, folios, lru, swap);
        this.swapFault =
                new SwapFault(version, ops, orders, frames, lru, swap, current, clock, architecture.costs());
        this.notifiers = notifiers;
        this.current = current;
        this.clock = clock;
        this.costs = architecture.costs();
        this.shmem = new ShmemFolios(version, orders, frames);
        this.fileMapping = new FileMapping(architecture, version, ops, pmds, frames, current);
        this.wpResolved = version.has(VersionRule.WP_FAULT_RETURNS_WRITE) ? VmFault.WRITE : VmFault.OK;
        this.unsharesAnonOnly = version.has(VersionRule.UNSHARE_ANON_ONLY);
        this.notifyUpgradeAtTail = design.notifiesAt(NotifySite.UPGRADE_FAULT_TAIL);
    }

    /** From now on, faults of VMAs that are registered with userfaultfd go here. */
    public void setUserfaults(Userfaults handler) {
        userfaults = handler;
    }

    /** Who handles the faults on entries that only a device can use. */
    public void setDeviceEntries(DeviceEntries entries) {
        deviceEntries = entries;
    }

    /** Who handles the faults of hugetlb VMAs. */
    public void setHugetlb(HugetlbFaults faults) {
        hugetlb = faults;
    }

    /** The path that the last fault took. */
    public FaultPath lastPath() {
        return path;
    }

    /**
     * Handles one fault; the caller holds mmap_lock for reading or the VMA's lock.
     *
     * @param address any address of the page
     * @param flags see {@link FaultFlags}
     * @return see {@link VmFault}
     */
    public int handleMmFault(AddressSpace mm, Vma vma, long address, int flags) {
        long page = address & -mm.pageSize();
        clock.advance(costs.faultEntry());
        int sane = sanitize(vma, flags);
        int result = vma.has(VmFlags.HUGETLB) ? hugetlbFault(mm, vma, address, sane)
                : handlePteFault(mm, vma, page, sane);
        if ((result & VmFault.RETRY) == 0) {
            mm.countFault((result & VmFault.MAJOR) != 0 || (flags & FaultFlags.TRIED) != 0);
        }
        return result;
    }

    private int hugetlbFault(AddressSpace mm, Vma vma, long address, int flags) {
        HugetlbFaults handler = Objects.requireNonNull(hugetlb);
        int result = handler.fault(mm, vma, address, flags);
        path = handler.lastPath();
        return result;
    }

    /** {@code sanitize_fault_flags}, for what GUP may ask of a VMA. */
    private static int sanitize(Vma vma, int flags) {
        if ((flags & FaultFlags.UNSHARE) != 0 && !VmFlags.isCow(vma.flags())) {
            return flags & ~FaultFlags.UNSHARE;
        }
        return flags;
    }

    private int handlePteFault(AddressSpace mm, Vma vma, long page, int flags) {
        long pte = ops.get(mm, page);
        if (huge.concerns(mm, vma, page, pte)) {
            int result = huge.handle(this, mm, vma, page, flags);
            if (result != VmFault.FALLBACK) {
                path = huge.lastPath();
                return result;
            }
            pte = ops.get(mm, page);
        }
        if (pte == Pte.NONE) {
            return mm.isUnstable() && !vma.has(VmFlags.SHARED) ? unstable() : doPteMissing(mm, vma, page, pte, flags);
        }
        if (!Pte.present(pte)) {
            return doSwapPage(mm, vma, page, pte, flags);
        }
        boolean write = (flags & FaultFlags.WRITE) != 0;
        current.get().lock(LockKind.PTL);
        if ((flags & (FaultFlags.WRITE | FaultFlags.UNSHARE)) != 0 && !Pte.write(pte)) {
            return doWpPage(mm, vma, page, pte, flags);
        }
        long entry = Pte.mkyoung(write ? Pte.mkdirty(pte) : pte);
        boolean changed = ops.setAccessFlags(mm, page, entry, write);
        path = changed ? FaultPath.SET_ACCESS_FLAGS : FaultPath.SPURIOUS;
        if (!changed && write) {
            ops.fixSpuriousFault(mm, page);
        }
        current.get().unlock(LockKind.PTL);
        if (changed) {
            upgraded(mm, page, mm.pageSize(), Cause.HANDLE_PTE_FAULT);
        }
        return VmFault.OK;
    }

    /**
     * A fault made an entry more permissive, and the page-table lock is dropped: the patch of May 2023 tells everybody now.
     *
     * @param size bytes that the entry maps
     */
    public void upgraded(AddressSpace mm, long page, long size, Cause cause) {
        if (notifyUpgradeAtTail) {
            notifiers.rangeEnd(notifiers.rangeStart(mm.subscriptions(), EventType.PROTECTION_UPGRADE, page, page + size,
                    cause));
        }
    }

    /** {@code check_stable_address_space}: the OOM reaper may have emptied it. */
    private int unstable() {
        path = FaultPath.UNSTABLE;
        return VmFault.SIGBUS;
    }

    /** {@code do_pte_missing}: {@code orig} is none or a marker. */
    private int doPteMissing(AddressSpace mm, Vma vma, long page, long orig, int flags) {
        return vma.isAnonymous() ? doAnonymousPage(mm, vma, page, orig, flags) : doFault(mm, vma, page, orig, flags);
    }

    /** {@code do_swap_page} as a collapse asks for it: a read, which may be repeated. */
    public int swapIn(AddressSpace mm, Vma vma, long page, long pte) {
        return doSwapPage(mm, vma, page, pte, FaultFlags.ALLOW_RETRY);
    }

    private int doSwapPage(AddressSpace mm, Vma vma, long page, long pte, int flags) {
        if (Pte.isMarker(pte)) {
            return handlePteMarker(mm, vma, page, pte, flags);
        }
        if (Pte.isSwap(pte)) {
            path = FaultPath.SWAP_IN;
            return swapFault.doSwapPage(this, mm, vma, page, pte, flags);
        }
        if (Pte.kind(pte) == Pte.HWPOISON) {
            path = FaultPath.PTE_MARKER;
            return VmFault.HWPOISON;
        }
        DeviceEntries entries = deviceEntries;
        if (entries != null && Pte.isDevicePrivate(pte)) {
            path = FaultPath.MIGRATE_TO_RAM;
            return (flags & FaultFlags.VMA_LOCK) != 0 ? VmFault.RETRY : entries.migrateToRam(mm, vma, page, pte);
        }
        if (entries != null && Pte.isDeviceExclusive(pte)) {
            path = FaultPath.DEVICE_EXCLUSIVE;
            entries.removeExclusive(mm, vma, page, pte);
            return VmFault.OK;
        }
        throw new IllegalStateException("an entry of unknown kind: " + Long.toHexString(pte));
    }

    private int handlePteMarker(AddressSpace mm, Vma vma, long page, long pte, int flags) {
        path = FaultPath.PTE_MARKER;
        if (Pte.isMarker(pte, Pte.MARKER_POISONED)) {
            return VmFault.HWPOISON;
        }
        if (Pte.isMarker(pte, Pte.MARKER_GUARD)) {
            return VmFault.SIGSEGV;
        }
        if (vma.has(VmFlags.UFFD_WP)) {
            return doPteMissing(mm, vma, page, pte, flags);
        }
        ops.setPte(mm, page, Pte.NONE);
        return VmFault.OK;
    }

    int userfault(AddressSpace mm, Vma vma, long page, int flags, long reason) {
        path = FaultPath.USERFAULT;
        return userfaults.handle(mm, vma, page, flags, reason);
    }

    private int doAnonymousPage(AddressSpace mm, Vma vma, long page, long orig, int flags) {
        boolean write = (flags & FaultFlags.WRITE) != 0;
        if (write) {
            anonVmaPrepare(mm, vma);
        }
        if (vma.has(VmFlags.UFFD_MISSING)) {
            return userfault(mm, vma, page, flags, VmFlags.UFFD_MISSING);
        }
        if (!write) {
            path = FaultPath.ANONYMOUS_ZERO_PAGE;
            current.get().lock(LockKind.PTL);
            ops.setPte(mm, page, inheritUffdWp(orig,
                    Pte.of(Frames.ZERO_PAGE, Pte.mkyoung(vma.pageProt() | Pte.SPECIAL))));
            current.get().unlock(LockKind.PTL);
            return VmFault.OK;
        }
        path = FaultPath.ANONYMOUS_PAGE;
        boolean mayBeLarge = folios.mayBeLarge(vma);
        int frame = mayBeLarge ? folios.alloc(mm, vma, page) : allocAnon();
        if (frame == Frames.NO_FRAME) {
            return VmFault.OOM;
        }
        current.get().lock(LockKind.PTL);
        long bare = Pte.of(frame, vma.pageProt() | Pte.ACCESSED);
        long pte = inheritUffdWp(orig, vma.has(VmFlags.WRITE) ? Pte.mkdirty(bare) | Pte.WRITE : bare);
        if (mayBeLarge && frames.order(frame) > 0) {
            folios.map(mm, vma, page, frame, pte);
        } else {
            mapNewAnon(mm, vma, page, frame, pte);
        }
        current.get().unlock(LockKind.PTL);
        return VmFault.OK;
    }

    /** {@code vmf_orig_pte_uffd_wp}: a marker's write protection passes to the page that comes in its place. */
    private static long inheritUffdWp(long orig, long pte) {
        return Pte.isMarker(orig, Pte.MARKER_UFFD_WP) ? Pte.mkuffdWp(pte) : pte;
    }

    private int doFault(AddressSpace mm, Vma vma, long page, long orig, int flags) {
        MappedFile file = Objects.requireNonNull(vma.file());
        if ((flags & FaultFlags.WRITE) == 0) {
            return doReadFault(mm, vma, file, page, orig, flags);
        }
        if (file.kind() == MappedFile.Kind.DRIVER && vma.has(VmFlags.SHARED)) {
            return doDriverFault(mm, vma, file, page, flags);
        }
        return vma.has(VmFlags.SHARED) ? doSharedFault(mm, vma, file, page, orig, flags)
                : doCowFault(mm, vma, file, page, orig, flags);
    }

    /** {@code shmem_get_folio_gfp}: a hole of a shmem file is a missing page to userfaultfd. */
    private static boolean missesPage(Vma vma, MappedFile file, long index) {
        return vma.has(VmFlags.UFFD_MISSING) && file.isHole(index);
    }

    private int doReadFault(AddressSpace mm, Vma vma, MappedFile file, long page, long orig, int flags) {
        if (!vma.has(VmFlags.UFFD_WP)) {
            fileMapping.doFaultAround(mm, vma, file, page);
        }
        if (Pte.present(ops.get(mm, page))) {
            path = FaultPath.FAULT_AROUND;
            return VmFault.NOPAGE;
        }
        path = FaultPath.READ_FAULT;
        int major = findPage(mm, vma, file, page, flags);
        int frame = found;
        if (frame == Frames.NO_FRAME) {
            return major;
        }
        fileMapping.finishFault(mm, vma, file, page, frame, false, inheritUffdWp(orig, vma.pageProt() | Pte.ACCESSED));
        return major | VmFault.LOCKED;
    }

    /** What maps pages of files. */
    public FileMapping fileMapping() {
        return fileMapping;
    }

    private int doCowFault(AddressSpace mm, Vma vma, MappedFile file, long page, long orig, int flags) {
        path = FaultPath.COW_FAULT;
        anonVmaPrepare(mm, vma);
        int major = findPage(mm, vma, file, page, flags);
        int source = found;
        if (source == Frames.NO_FRAME) {
            return major;
        }
        int copy = allocAnon();
        if (copy == Frames.NO_FRAME) {
            return VmFault.OOM;
        }
        copyContent(source, copy);
        current.get().lock(LockKind.PTL);
        long pte = Pte.mkdirty(Pte.of(copy, vma.pageProt() | Pte.ACCESSED));
        mapNewAnon(mm, vma, page, copy, inheritUffdWp(orig, maybeMkwrite(pte, vma)));
        current.get().unlock(LockKind.PTL);
        return major | VmFault.LOCKED;
    }

    /**
     * {@code do_shared_fault} of what has no {@code map_pages}: not under the VMA's lock ({@code vmf_can_call_fault}). The
     * page comes unlocked, and has no writeback to wait for.
     */
    private int doDriverFault(AddressSpace mm, Vma vma, MappedFile file, long page, int flags) {
        path = FaultPath.SHARED_FAULT;
        if ((flags & FaultFlags.VMA_LOCK) != 0) {
            return VmFault.RETRY;
        }
        int frame = readPage(mm, vma, file, page);
        if (frame == Frames.NO_FRAME) {
            return failure(file, vma.pageIndex(page));
        }
        fileMapping.finishFault(mm, vma, file, page, frame, true,
                Pte.mkdirty(vma.pageProt() | Pte.ACCESSED | Pte.WRITE));
        return VmFault.OK;
    }

    private int doSharedFault(AddressSpace mm, Vma vma, MappedFile file, long page, long orig, int flags) {
        path = FaultPath.SHARED_FAULT;
        int major = findPage(mm, vma, file, page, flags);
        int frame = found;
        if (frame == Frames.NO_FRAME) {
            return major;
        }
        fileMapping.finishFault(mm, vma, file, page, frame, true,
                inheritUffdWp(orig, Pte.mkdirty(vma.pageProt() | Pte.ACCESSED | Pte.WRITE)));
        return major | VmFault.LOCKED | dirtySharedPage(file, frame, flags);
    }

    /**
     * {@code fault_dirty_shared_page}: a page that becomes dirty, or whose file system was asked, may have to wait for
     * writeback, without the mmap_lock if this is the first attempt.
     */
    private int dirtySharedPage(MappedFile file, int frame, int flags) {
        boolean dirtied = !frames.isDirty(frame);
        frames.markDirty(frame);
        return (dirtied || file.wantsWriteNotify()) && mayDropLock(flags) ? VmFault.COMPLETED : VmFault.OK;
    }

    /** Entered with the page-table lock held; leaves without it. */
    int doWpPage(AddressSpace mm, Vma vma, long page, long orig, int flags) {
        boolean unshare = (flags & FaultFlags.UNSHARE) != 0;
        long pte = orig;
        if (!unshare && vma.has(VmFlags.UFFD_WP) && Pte.uffdWp(pte)) {
            UserfaultfdCtx ctx = vma.userfaultfdCtx();
            if (ctx == null || !ctx.has(UserfaultfdCtx.FEATURE_WP_ASYNC)) {
                current.get().unlock(LockKind.PTL);
                return userfault(mm, vma, page, flags, VmFlags.UFFD_WP);
            }
            pte = Pte.clearUffdWp(pte);
            ops.setPte(mm, page, pte);
        }
        int frame = Pte.frame(pte);
        if (vma.has(VmFlags.SHARED)) {
            return wpPageShared(mm, vma, page, pte, flags);
        }
        boolean anon = !Pte.special(pte) && frames.has(frame, Frames.ANON);
        if (anon && reuse.canReuse(vma, page, frame)) {
            if (unshare) {
                path = FaultPath.UNSHARE;
                current.get().unlock(LockKind.PTL);
                return VmFault.OK;
            }
            path = FaultPath.WP_REUSE;
            wpPageReuse(mm, vma, page, pte);
            return wpResolved;
        }
        current.get().unlock(LockKind.PTL);
        return unshare && !anon && unsharesAnonOnly ? VmFault.OK : wpPageCopy(mm, vma, page, pte, unshare);
    }

    private int wpPageShared(AddressSpace mm, Vma vma, long page, long pte, int flags) {
        path = FaultPath.WP_SHARED;
        wpPageReuse(mm, vma, page, pte);
        return wpResolved | dirtySharedPage(Objects.requireNonNull(vma.file()), Pte.frame(pte), flags);
    }

    private void wpPageReuse(AddressSpace mm, Vma vma, long page, long pte) {
        ops.setAccessFlags(mm, page, maybeMkwrite(Pte.mkdirty(Pte.mkyoung(pte)), vma), true);
        current.get().unlock(LockKind.PTL);
    }

    private int wpPageCopy(AddressSpace mm, Vma vma, long page, long old, boolean unshare) {
        path = FaultPath.WP_COPY;
        int oldFrame = Pte.frame(old);
        anonVmaPrepare(mm, vma);
        int frame = allocAnon();
        if (frame == Frames.NO_FRAME) {
            return VmFault.OOM;
        }
        copyContent(oldFrame, frame);
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, page, page + mm.pageSize(),
                Cause.WP_PAGE_COPY);
        current.get().lock(LockKind.PTL);
        if (!Pte.special(old)) {
            uncount(mm, vma, oldFrame);
        }
        mm.addAnonPages(1);
        ops.clearFlushNotify(mm, page);
        addNewAnonRmap(vma, page, frame);
        long fresh = Pte.of(frame, vma.pageProt() | Pte.ACCESSED);
        ops.setPteAtNotify(mm, page, unshare ? fresh | (old & (Pte.SOFT_DIRTY | Pte.UFFD_WP))
                : maybeMkwrite(Pte.mkdirty(fresh), vma));
        current.get().unlock(LockKind.PTL);
        notifiers.rangeOnlyEnd(window);
        if (!Pte.special(old)) {
            frames.removeRmap(oldFrame, mm.id());
            frames.put(oldFrame);
        }
        return unshare ? VmFault.OK : wpResolved;
    }

    private void uncount(AddressSpace mm, Vma vma, int frame) {
        if (frames.has(frame, Frames.ANON)) {
            mm.addAnonPages(-1);
        } else {
            MappedFile file = vma.file();
            mm.addFilePages(-1, file != null && file.kind() == MappedFile.Kind.TMPFS);
        }
    }

    /** {@code folio_add_anon_rmap_pte}: an entry that is about to be written maps an anonymous page that exists already. */
    void addAnonRmap(AddressSpace mm, Vma vma, long page, int frame, boolean exclusive) {
        frames.addRmap(frame, mm.id());
        if (!frames.has(frame, Frames.ANON)) {
            AnonVma anonVma = Objects.requireNonNull(vma.anonVma());
            frames.set(frame, Frames.ANON);
            frames.setMapping(frame, exclusive ? anonVma : anonVma.root(), vma.pageIndex(page));
        }
    }

    /** {@code folio_add_new_anon_rmap}, {@code folio_add_lru}. */
    private void addNewAnonRmap(Vma vma, long page, int frame) {
        lru.add(frame);
        frames.addNewAnonRmap(frame, vma.anonVma(), vma.pageIndex(page));
        if (vma.policy() instanceof Integer node && node != 0) {
            frames.set(frame, Frames.REMOTE_NODE);
        }
    }

    private void mapNewAnon(AddressSpace mm, Vma vma, long page, int frame, long pte) {
        addNewAnonRmap(vma, page, frame);
        mm.addAnonPages(1);
        ops.setPte(mm, page, pte);
    }

    private static long maybeMkwrite(long pte, Vma vma) {
        return vma.has(VmFlags.WRITE) ? pte | Pte.WRITE : pte;
    }

    private void copyContent(int from, int to) {
        clock.advance(costs.copyPage());
        frames.copyContent(from, to);
    }

    private int allocAnon() {
        clock.advance(costs.allocatePage());
        return frames.alloc(Frames.ANON | Frames.SWAPBACKED);
    }

    /** {@code __do_fault}: leaves the page of a file in {@link #found}, or nothing, and what that means is returned. */
    private int findPage(AddressSpace mm, Vma vma, MappedFile file, long page, int flags) {
        found = Frames.NO_FRAME;
        long index = vma.pageIndex(page);
        if (missesPage(vma, file, index)) {
            return userfault(mm, vma, page, flags, VmFlags.UFFD_MISSING);
        }
        int major = filemapFault(file, index, flags);
        if ((major & VmFault.RETRY) != 0) {
            return major;
        }
        int frame = readPage(mm, vma, file, page);
        if (frame == Frames.NO_FRAME) {
            return failure(file, index);
        }
        if (frames.has(frame, Frames.HWPOISON)) {
            return VmFault.HWPOISON;
        }
        found = frame;
        return major;
    }

    private int readPage(AddressSpace mm, Vma vma, MappedFile file, long page) {
        long index = vma.pageIndex(page);
        if (index >= file.pages()) {
            return Frames.NO_FRAME;
        }
        return file.isMemory() ? shmem.frame(mm, vma, file, index, page) : file.frame(index, frames);
    }

    /**
     * The part of {@code filemap_fault} that looks for the page: one that is not in memory is read with its neighbours, and
     * a first attempt that may drop its lock meanwhile comes back for another. Memory of a tmpfs needs no reading.
     */
    private int filemapFault(MappedFile file, long index, int flags) {
        if (index >= file.pages() || file.isResident(index)) {
            return VmFault.OK;
        }
        if (!file.wantsWriteNotify()) {
            return file.swapSlot(index) == 0 ? VmFault.OK : swapFault.shmemSwapIn(file, index);
        }
        file.readAround(index, frames);
        return VmFault.MAJOR | (mayDropLock(flags) ? VmFault.RETRY : 0);
    }

    /** {@code fault_flag_allow_retry_first}, and the caller does not mind waiting. */
    private static boolean mayDropLock(int flags) {
        return (flags & (FaultFlags.ALLOW_RETRY | FaultFlags.TRIED | FaultFlags.RETRY_NOWAIT))
                == FaultFlags.ALLOW_RETRY;
    }

    private static int failure(MappedFile file, long index) {
        return index >= file.pages() ? VmFault.SIGBUS : VmFault.OOM;
    }

    /** {@code anon_vma_prepare}: the first private page of a VMA is about to come. */
    public void anonVmaPrepare(AddressSpace mm, Vma vma) {
        AnonVma.prepare(vma, mm.merge());
    }
}
