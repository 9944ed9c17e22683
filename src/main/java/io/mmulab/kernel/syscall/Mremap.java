package io.mmulab.kernel.syscall;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.gup.Populate;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.mm.Overcommit;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code mremap}: {@code do_mremap()} of {@code mm/mremap.c}, as far as arguments, limits and growing in place go. */
public final class Mremap {
    private static final int ALL_FLAGS = Mman.MREMAP_MAYMOVE | Mman.MREMAP_FIXED | Mman.MREMAP_DONTUNMAP;
    private static final int IMPLIES_PLACE = Mman.MREMAP_FIXED | Mman.MREMAP_DONTUNMAP;
    /** VMAs that a move may add on its way, and those that unmapping the destination may. */
    private static final int MOVE_HEADROOM = 3;
    private static final int UNMAP_HEADROOM = 2;

    private final Munmap munmap;
    private final Populate populate;
    private final MoveVma mover;
    private final UnmappedArea unmappedArea;
    private final Overcommit overcommit;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final long cost;
    private final int pageShift;
    private final boolean argumentsFirst;
    private final boolean movesMany;

    Mremap(Syscalls.Parts parts, Munmap munmap, Populate populate, KsmAdvice ksm) {
        this.munmap = munmap;
        this.populate = populate;
        this.mover = new MoveVma(parts, munmap, ksm);
        this.unmappedArea = new UnmappedArea(parts.architecture(), parts.version());
        this.overcommit = parts.overcommit();
        this.current = parts.current();
        this.clock = parts.clock();
        this.cost = parts.architecture().costs().syscall();
        this.pageShift = parts.architecture().pageShift();
        this.argumentsFirst = parts.version().has(VersionRule.MREMAP_CHECKS_ARGUMENTS_FIRST);
        this.movesMany = parts.version().has(VersionRule.MREMAP_MOVES_MANY);
    }

    /** Moves pages: takes who moves huge ones. */
    public MovePageTables pageTables() {
        return mover.pageTables();
    }

    /**
     * Grows, shrinks or moves a mapping.
     *
     * @param address first byte of what is to change, page aligned
     * @param oldLength its length in bytes; 0 duplicates a shared mapping
     * @param newLength the length that it is to have
     * @param flags MREMAP_ bits of {@link Mman}
     * @param newAddress where to, with {@link Mman#MREMAP_FIXED}; a hint with {@link Mman#MREMAP_DONTUNMAP}
     * @return where it is now, or a negative {@link Errno}
     */
    public long remap(AddressSpace mm, long address, long oldLength, long newLength, int flags, long newAddress) {
        clock.advance(cost);
        Request request =
                new Request(address, align(mm, oldLength), align(mm, newLength), flags, newAddress);
        long error = flagsError(mm, request, oldLength, newLength);
        if (error == 0 && argumentsFirst) {
            error = placeError(mm, request);
        }
        if (error != 0) {
            return error;
        }
        current.get().lock(LockKind.MMAP_WRITE);
        long result = locked(mm, request);
        current.get().unlock(LockKind.MMAP_WRITE);
        if (!Errno.isError(result) && request.populate) {
            populate.mmPopulate(mm, result + request.oldLength, request.newLength - request.oldLength, true);
        }
        return result;
    }

    /** {@code struct vma_remap_struct}: the arguments, lengths rounded up to pages. */
    static final class Request {
        final long address;
        long oldLength;
        long newLength;
        final int flags;
        final long newAddress;
        boolean populate;

        Request(long address, long oldLength, long newLength, int flags, long newAddress) {
            this.address = address;
            this.oldLength = oldLength;
            this.newLength = newLength;
            this.flags = flags;
            this.newAddress = newAddress;
        }

        boolean has(int flag) {
            return (flags & flag) != 0;
        }

        /**
         * {@code align_hugetlb}: lengths are rounded up to whole huge pages.
         *
         * @return whether the addresses are aligned and nothing grows
         */
        boolean alignHuge(long size) {
            oldLength = (oldLength + size - 1) & -size;
            newLength = (newLength + size - 1) & -size;
            return ((address | newAddress) & (size - 1)) == 0 && Long.compareUnsigned(newLength, oldLength) <= 0;
        }

        boolean overlaps() {
            return address + oldLength > newAddress && newAddress + newLength > address;
        }
    }

    private static long align(AddressSpace mm, long length) {
        return (length + mm.pageSize() - 1) & -mm.pageSize();
    }

    private static long flagsError(AddressSpace mm, Request r, long oldLength, long newLength) {
        boolean refused = (r.flags & ~ALL_FLAGS) != 0
                || (r.has(IMPLIES_PLACE) && !r.has(Mman.MREMAP_MAYMOVE))
                || (r.has(Mman.MREMAP_DONTUNMAP) && oldLength != newLength)
                || (r.address & (mm.pageSize() - 1)) != 0 || r.newLength == 0;
        return refused ? Errno.EINVAL.returned() : 0;
    }

    /** What is wrong with lengths and destination by themselves. */
    private static long placeError(AddressSpace mm, Request r) {
        boolean tooLong = Long.compareUnsigned(r.newLength, mm.taskSize()) > 0;
        boolean misplaced = r.has(IMPLIES_PLACE) && (tooLong
                || Long.compareUnsigned(r.newAddress, mm.taskSize() - r.newLength) > 0
                || (r.newAddress & (mm.pageSize() - 1)) != 0 || r.overlaps());
        return tooLong || misplaced ? Errno.EINVAL.returned() : 0;
    }

    private long locked(AddressSpace mm, Request r) {
        if (argumentsFirst && tooManyMaps(mm)) {
            return Errno.ENOMEM.returned();
        }
        if (movesMany && r.has(Mman.MREMAP_FIXED) && r.oldLength == r.newLength) {
            return moveAll(mm, r);
        }
        Vma vma = mm.vmas().lookup(r.address);
        if (vma == null) {
            return Errno.EFAULT.returned();
        }
        if (vma.has(VmFlags.HUGETLB) && !r.alignHuge(vma.kernelPageSize(mm.pageSize()))) {
            return Errno.EINVAL.returned();
        }
        if (r.has(IMPLIES_PLACE)) {
            long error = argumentsFirst ? sizeError(mm, vma, r) : placeError(mm, r);
            if (error == 0 && !argumentsFirst && tooManyMaps(mm)) {
                error = Errno.ENOMEM.returned();
            }
            return error != 0 ? error : moveTo(mm, r);
        }
        return inPlace(mm, vma, r);
    }

    /** Room for the splits on both sides, so that a move does not fail half-way. */
    private static boolean tooManyMaps(AddressSpace mm) {
        return mm.vmas().size() + UNMAP_HEADROOM >= Mmap.MAX_MAP_COUNT - MOVE_HEADROOM;
    }

    /** {@code mremap_to}. */
    private long moveTo(AddressSpace mm, Request r) {
        if (r.has(Mman.MREMAP_FIXED)) {
            long error = munmap.doMunmap(mm, r.newAddress, r.newLength);
            if (error != 0) {
                return error;
            }
        }
        if (r.oldLength > r.newLength) {
            long error = munmap.doMunmap(mm, r.address + r.newLength, r.oldLength - r.newLength);
            if (error != 0) {
                return error;
            }
            r.oldLength = r.newLength;
        }
        Vma vma = mm.vmas().lookup(r.address);
        long error = argumentsFirst && vma != null ? 0 : sizeError(mm, vma, r);
        if (error != 0 || vma == null) {
            return vma == null ? Errno.EFAULT.returned() : error;
        }
        if (r.has(Mman.MREMAP_DONTUNMAP) && !mm.mayExpand(vma.flags(), r.oldLength >>> pageShift)) {
            return Errno.ENOMEM.returned();
        }
        return moveToFreePlace(mm, vma, r, r.newAddress);
    }

    private long moveToFreePlace(AddressSpace mm, Vma vma, Request r, long wanted) {
        long offset = vma.file() == null ? 0 : vma.pageIndex(r.address) << pageShift;
        long place = unmappedArea.get(mm, vma.file(), wanted, r.newLength, offset, r.has(Mman.MREMAP_FIXED));
        return Errno.isError(place) ? place : mover.move(mm, vma, r, place);
    }

    /** {@code remap_move}: mappings one after the other, gaps kept; an error leaves what moved before. */
    private long moveAll(AddressSpace mm, Request r) {
        long end = r.address + r.oldLength;
        long result = Errno.EFAULT.returned();
        boolean first = true;
        long at = r.address;
        for (Vma vma = mm.vmas().intersecting(at, end); vma != null; vma = mm.vmas().intersecting(at, end)) {
            if (first && r.address < vma.start()) {
                return Errno.EFAULT.returned();
            }
            if (vma.userfaultfdCtx() != null && (!first || vma.end() < end)) {
                return Errno.EFAULT.returned();
            }
            long from = Math.max(vma.start(), r.address);
            long to = r.newAddress + (from - r.address);
            at = vma.end();
            Request part = new Request(from, Math.min(end, at) - from, Math.min(end, at) - from, r.flags, to);
            if (vma.has(VmFlags.HUGETLB) && !part.alignHuge(vma.kernelPageSize(mm.pageSize()))) {
                return Errno.EINVAL.returned();
            }
            long error = sizeError(mm, vma, part);
            long moved = error != 0 ? error : moveTo(mm, part);
            if (Errno.isError(moved)) {
                return moved;
            }
            result = first ? moved : result;
            first = false;
        }
        return result;
    }

    /** {@code vma_to_resize}, {@code check_prep_vma}: whether the mapping may be moved or grown so. */
    private long sizeError(AddressSpace mm, @Nullable Vma vma, Request r) {
        if (vma == null) {
            return Errno.EFAULT.returned();
        }
        boolean duplicatesPrivate = r.oldLength == 0 && !vma.has(VmFlags.SHARED | VmFlags.MAYSHARE);
        if (duplicatesPrivate
                || (r.has(Mman.MREMAP_DONTUNMAP) && vma.has(VmFlags.DONTEXPAND | VmFlags.PFNMAP))) {
            return Errno.EINVAL.returned();
        }
        long length = Long.compareUnsigned(r.oldLength, r.newLength) < 0 ? r.oldLength : r.newLength;
        if (Long.compareUnsigned(length, vma.end() - r.address) > 0) {
            return Errno.EFAULT.returned();
        }
        return Long.compareUnsigned(r.newLength, r.oldLength) > 0 ? growthError(mm, vma, r) : 0;
    }

    private long growthError(AddressSpace mm, Vma vma, Request r) {
        long pgoff = vma.pageIndex(r.address);
        if (Long.compareUnsigned(pgoff + (r.newLength >>> pageShift), pgoff) < 0) {
            return Errno.EINVAL.returned();
        }
        if (vma.has(VmFlags.DONTEXPAND | VmFlags.PFNMAP)) {
            return Errno.EFAULT.returned();
        }
        long pages = (r.newLength - r.oldLength) >>> pageShift;
        if (!mm.mayLock(vma.flags(), pages)) {
            return Errno.EAGAIN.returned();
        }
        r.populate = vma.has(VmFlags.LOCKED);
        return mm.mayExpand(vma.flags(), pages) ? 0 : Errno.ENOMEM.returned();
    }

    /** {@code mremap_at}: shrinks, does nothing, or grows; moves only what cannot grow where it is. */
    private long inPlace(AddressSpace mm, Vma vma, Request r) {
        if (Long.compareUnsigned(r.oldLength, r.newLength) > 0) {
            long error = munmap.doMunmap(mm, r.address + r.newLength, r.oldLength - r.newLength);
            return error != 0 ? error : r.address;
        }
        if (r.oldLength == r.newLength) {
            return r.address;
        }
        long error = sizeError(mm, vma, r);
        if (error != 0) {
            return error;
        }
        long delta = r.newLength - r.oldLength;
        if (r.oldLength == vma.end() - r.address && isExpandable(mm, vma, delta)) {
            return grow(mm, vma, delta) ? r.address : Errno.ENOMEM.returned();
        }
        return r.has(Mman.MREMAP_MAYMOVE) ? moveToFreePlace(mm, vma, r, 0) : Errno.ENOMEM.returned();
    }

    /** {@code vma_expandable}: guard gaps do not count. */
    private static boolean isExpandable(AddressSpace mm, Vma vma, long delta) {
        long end = vma.end() + delta;
        return Long.compareUnsigned(end, vma.end()) > 0 && Long.compareUnsigned(end, mm.taskSize()) <= 0
                && mm.vmas().intersecting(vma.end(), end) == null;
    }

    private boolean grow(AddressSpace mm, Vma vma, long delta) {
        long pages = delta >>> pageShift;
        boolean charge = vma.has(VmFlags.ACCOUNT);
        if (charge && !overcommit.charge(mm, pages)) {
            return false;
        }
        Vma grown = mm.merge().extend(vma, delta);
        if (grown == null) {
            overcommit.uncharge(charge ? pages : 0);
            return false;
        }
        mm.accountPages(grown.flags(), pages);
        if (grown.has(VmFlags.LOCKED)) {
            mm.addLockedPages(pages);
        }
        return true;
    }
}
