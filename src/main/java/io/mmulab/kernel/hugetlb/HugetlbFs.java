package io.mmulab.kernel.hugetlb;

import java.util.Map;

import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.Vma;

/**
 * Operations on hugetlbfs files ({@code fs/hugetlbfs/inode.c}): change of size, hole punch, and reads. Writes do not exist.
 */
public final class HugetlbFs {
    private final HugetlbMappings mappings;
    private final HugetlbUnmap unmap;
    private final Frames frames;

    HugetlbFs(HugetlbMappings mappings, HugetlbUnmap unmap, Frames frames) {
        this.mappings = mappings;
        this.unmap = unmap;
        this.frames = frames;
    }

    private static HugetlbInode inode(MappedFile file) {
        if (file.vmOperations() instanceof HugetlbInode inode) {
            return inode;
        }
        throw new IllegalArgumentException(file + " is no hugetlb file");
    }

    /**
     * {@code hugetlb_vmtruncate}: a new size; what lies beyond is unmapped everywhere, private copies included, and leaves
     * the file.
     *
     * @param pages new size in base pages
     * @return false if it is no multiple of the huge page size (EINVAL)
     */
    public boolean truncate(MappedFile file, long pages) {
        HugetlbInode inode = inode(file);
        int order = inode.hstate().order();
        if ((pages & ((1L << order) - 1)) != 0) {
            return false;
        }
        file.setPages(pages);
        unmapRange(file, pages, Long.MAX_VALUE, true);
        long freed = removePages(file, inode, pages >> order, Long.MAX_VALUE, false);
        inode.unreserve(pages >> order, Long.MAX_VALUE, freed);
        return true;
    }

    /**
     * {@code hugetlbfs_punch_hole}: whole huge pages leave the file, parts of huge pages become zero.
     *
     * @param firstPage in base pages
     * @param pages in base pages
     */
    public void punchHole(MappedFile file, long firstPage, long pages) {
        HugetlbInode inode = inode(file);
        long size = inode.pageSize();
        int pageShift = inode.hstate().shift() - inode.hstate().order();
        long offset = firstPage << pageShift;
        long length = pages << pageShift;
        long first = (offset + size - 1) & -size;
        long last = (offset + length) & -size;
        if (offset < first) {
            zeroPart(inode, offset, Math.min(offset + length, first), pageShift);
        }
        if (last > first) {
            unmapRange(file, first >> pageShift, last >> pageShift, false);
        }
        if (offset + length > last && offset + length > first) {
            zeroPart(inode, last, offset + length, pageShift);
        }
        if (last > first) {
            removePages(file, inode, first >> inode.hstate().shift(), last >> inode.hstate().shift(), true);
        }
    }

    /** The first byte of a page of the file: zero where nothing was written, and beyond the end. */
    public byte read(MappedFile file, long page) {
        if (page >= file.pages()) {
            return 0;
        }
        HugetlbInode inode = inode(file);
        int order = inode.hstate().order();
        int head = inode.cached(page >> order);
        return head == Frames.NO_FRAME ? 0 : frames.content(head + (int) (page & ((1L << order) - 1)));
    }

    /** {@code hugetlb_vmdelete_list}: unmaps {@code [first, end)}, in base pages, from every VMA of the file. */
    private void unmapRange(MappedFile file, long first, long end, boolean dropMarkers) {
        for (HugetlbMappings.Mapping mapping : mappings.of(file, first, end - 1)) {
            Vma vma = mapping.vma();
            int pageShift = inode(file).hstate().shift() - inode(file).hstate().order();
            long from = vma.pgoff() < first ? vma.start() + ((first - vma.pgoff()) << pageShift) : vma.start();
            long to = end - vma.pgoff() >= vma.pages() ? vma.end() : vma.start() + ((end - vma.pgoff()) << pageShift);
            unmap.unmapHugepageRange(mapping.mm(), vma, from, to, Frames.NO_FRAME, dropMarkers);
        }
    }

    /**
     * {@code remove_inode_hugepages}: takes the cached pages of {@code [first, end)}, in huge pages, out of the file.
     *
     * @param unreserve whether each page's reservation record goes with it (hole punch)
     * @return how many there were
     */
    private long removePages(MappedFile file, HugetlbInode inode, long first, long end, boolean unreserve) {
        long freed = 0;
        Map.Entry<Long, Integer> page = inode.nextCached(first);
        while (page != null && page.getKey() < end) {
            long offset = page.getKey();
            if (frames.mapcount(page.getValue()) > 0) {
                int order = inode.hstate().order();
                unmapRange(file, offset << order, (offset + 1) << order, true);
            }
            inode.removeFromCache(offset);
            freed++;
            if (unreserve) {
                inode.unreserve(offset, offset + 1, 1);
            }
            page = inode.nextCached(offset + 1);
        }
        return freed;
    }

    /** {@code hugetlbfs_zero_partial_page}. */
    private void zeroPart(HugetlbInode inode, long from, long to, int pageShift) {
        int head = inode.cached(from >> inode.hstate().shift());
        if (head == Frames.NO_FRAME) {
            return;
        }
        long mask = inode.pageSize() - 1;
        long end = (to & mask) == 0 ? inode.pageSize() : to & mask;
        long pageMask = (1L << pageShift) - 1;
        for (long at = ((from & mask) + pageMask) & ~pageMask; at < end; at += 1L << pageShift) {
            frames.fill(head + (int) (at >> pageShift), (byte) 0);
        }
    }
}
