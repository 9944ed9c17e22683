package io.mmulab.kernel.migrate;

import io.mmulab.kernel.fault.DeviceEntries;
import io.mmulab.kernel.fault.VmFault;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.vma.Vma;

/** What {@code do_swap_page()} does with entries that only a device can use. */
record DeviceFaults(MigrateVma migrate, DeviceExclusive exclusive, Frames frames) implements DeviceEntries {

    /** A page that cannot come back kills the process: SIGBUS. */
    @Override
    public int migrateToRam(AddressSpace mm, Vma vma, long page, long pte) {
        int owner = frames.deviceOwner(Pte.frame(pte));
        return migrate.toSystem(mm, vma, page, page + mm.pageSize(), owner) == 1 ? VmFault.OK : VmFault.SIGBUS;
    }

    @Override
    public void removeExclusive(AddressSpace mm, Vma vma, long page, long pte) {
        exclusive.remove(mm, vma, page, pte);
    }

    @Override
    public void restoreExclusive(AddressSpace mm, Vma vma, long page, long pte) {
        exclusive.restore(mm, vma, page, pte);
    }
}
