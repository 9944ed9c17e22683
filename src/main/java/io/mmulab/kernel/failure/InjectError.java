package io.mmulab.kernel.failure;

import io.mmulab.kernel.gup.Foll;
import io.mmulab.kernel.gup.GetUserPages;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.syscall.Madv;
import io.mmulab.kernel.syscall.RangeAdviceHandler;

/** MADV_HWPOISON and MADV_SOFT_OFFLINE ({@code madvise_inject_error()} of {@code mm/madvise.c}), a folio at a time. */
public final class InjectError implements RangeAdviceHandler {
    private final GetUserPages gup;
    private final MemoryFailure failure;
    private final SoftOffline softOffline;
    private final Frames frames;
    private final int[] page = new int[1];

    /** For one machine. */
    public InjectError(GetUserPages gup, MemoryFailure failure, SoftOffline softOffline, Frames frames) {
        this.gup = gup;
        this.failure = failure;
        this.softOffline = softOffline;
        this.frames = frames;
    }

    @Override
    public long advise(AddressSpace mm, long start, long length, int advice) {
        if (!mm.limits().isPrivileged()) {
            return Errno.EPERM.returned();
        }
        for (long at = start; at < start + length;) {
            long got = gup.fast(mm, at, 1, Foll.GET, page);
            if (got != 1) {
                return got;
            }
            long address = at;
            at += frames.pages(page[0]) * mm.pageSize();
            long error = advice == Madv.HWPOISON ? failure.fail(mm, address, page[0]) : softOffline.takeOut(page[0]);
            if (error != 0) {
                return error;
            }
        }
        return 0;
    }
}
