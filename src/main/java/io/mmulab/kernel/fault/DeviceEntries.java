package io.mmulab.kernel.fault;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.Vma;

/** What becomes of entries that only a device can use, when a CPU wants the page. */
public interface DeviceEntries {
    /** {@code migrate_to_ram}: brings a page back from a device's memory. Returns {@link VmFault} bits. */
    int migrateToRam(AddressSpace mm, Vma vma, long page, long pte);

    /** {@code remove_device_exclusive_entry}: tells the device, and makes an ordinary entry of it. */
    void removeExclusive(AddressSpace mm, Vma vma, long page, long pte);

    /** {@code try_restore_exclusive_pte}: makes an ordinary entry of it, in a window that is open already. */
    void restoreExclusive(AddressSpace mm, Vma vma, long page, long pte);
}
