package io.mmulab.kernel.syscall;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.hugetlb.Hugetlb;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.mm.Overcommit;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;
import io.mmulab.kernel.vma.VmaMerge;

/** {@code move_vma} of {@code mm/mremap.c}: a VMA at the new place, the pages moved to it, the old place unmapped. */
final class MoveVma {
    private static final int MOVE_HEADROOM = 3;

    private final Munmap munmap;
    private final KsmAdvice ksm;
    private final MovePageTables pageTables;
    private final Hugetlb hugetlb;
    private final Overcommit overcommit;
    private final int pageShift;

    MoveVma(Syscalls.Parts parts, Munmap munmap, KsmAdvice ksm) {
        this.munmap = munmap;
        this.ksm = ksm;
        this.overcommit = parts.overcommit();
        this.hugetlb = parts.hugetlb();
        this.pageShift = parts.architecture().pageShift();
        this.pageTables = new MovePageTables(parts.architecture(), parts.version(), parts.ops(), parts.tlb(),
                parts.notifiers(), parts.current());
    }

    MovePageTables pageTables() {
        return pageTables;
    }

    /** Moves what the request names of a VMA to a free place; returns the place or a negative {@link Errno}. */
    long move(AddressSpace mm, Vma source, Mremap.Request r, long to) {
        long oldEnd = r.address + r.oldLength;
        boolean keep = r.has(Mman.MREMAP_DONTUNMAP);
        long error = prepare(mm, source, r.address, oldEnd, keep);
        if (error != 0) {
            return error;
        }
        long charge = !source.has(VmFlags.ACCOUNT) ? 0 : (keep ? r.newLength : r.newLength - r.oldLength) >> pageShift;
        if (charge > 0 && !overcommit.charge(mm, charge)) {
            return Errno.ENOMEM.returned();
        }
        VmaMerge.Copy copy = mm.merge().copy(source, r.address, to, r.newLength, keep);
        pageTables.move(mm, copy.source(), copy.target(), r.address, to, r.oldLength);
        forgetUserfaultfd(copy.target());
        hugetlb.reservationMoved(copy.source());
        mm.accountPages(copy.source().flags(), r.newLength >>> pageShift);
        boolean locked = copy.source().has(VmFlags.LOCKED);
        if (keep) {
            keepSource(mm, copy.source(), r.address, oldEnd);
        } else {
            unmapSource(mm, copy.source(), r.address, r.oldLength);
        }
        if (locked && !keep) {
            mm.addLockedPages(r.newLength >>> pageShift);
        }
        return to;
    }

    /** {@code prep_move_vma}. */
    private long prepare(AddressSpace mm, Vma vma, long start, long end, boolean keep) {
        if (mm.vmas().size() >= Mmap.MAX_MAP_COUNT - MOVE_HEADROOM) {
            return Errno.ENOMEM.returned();
        }
        long error = ksm.unmerge(mm, vma, start, end);
        if (error != 0 || !keep || !vma.has(VmFlags.LOCKED)) {
            return error;
        }
        if (vma.start() != start && mm.merge().split(vma, start, true, Mmap.MAX_MAP_COUNT) == null) {
            return -mm.merge().error();
        }
        if (vma.end() != end && mm.merge().split(vma, end, false, Mmap.MAX_MAP_COUNT) == null) {
            return -mm.merge().error();
        }
        return 0;
    }

    /** {@code mremap_userfaultfd_prep} without UFFD_FEATURE_EVENT_REMAP: the new place is not watched. */
    private static void forgetUserfaultfd(Vma target) {
        if (target.userfaultfdCtx() != null) {
            target.setUserfaultfdCtx(null, 0);
        }
    }

    /** {@code dontunmap_complete}: the source is no longer locked; if all of it went, it is as if never touched. */
    private static void keepSource(AddressSpace mm, Vma source, long start, long end) {
        source.setFlags(source.flags() & ~VmFlags.LOCKED_MASK);
        if (source.start() == start && source.end() == end) {
            mm.merge().unfault(source);
        }
    }

    /** {@code unmap_source_vma}: without giving its charge back, which the new place has. */
    private void unmapSource(AddressSpace mm, Vma source, long start, long length) {
        boolean accounted = source.has(VmFlags.ACCOUNT);
        boolean below = source.start() < start;
        boolean above = source.end() > start + length;
        if (accounted) {
            source.setFlags(source.flags() & ~VmFlags.ACCOUNT);
        }
        munmap.doMunmap(mm, start, length);
        if (accounted && below) {
            account(mm.vmas().lookup(start - 1));
        }
        if (accounted && above) {
            account(mm.vmas().lookup(start + length));
        }
    }

    private static void account(@Nullable Vma part) {
        if (part != null) {
            part.setFlags(part.flags() | VmFlags.ACCOUNT);
        }
    }
}
