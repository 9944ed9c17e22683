package io.mmulab.kernel.secondary;

import io.mmulab.kernel.mm.AddressSpace;

/** What a device reports of its cached translations: the checker's view. */
public interface EntryObserver {
    /** An access goes through a cached translation. */
    void entryUsed(SecondaryMmu device, AddressSpace mm, long address, int frame, boolean write);

    /** A notifier callback drops a cached translation. */
    void entryDropped(SecondaryMmu device, AddressSpace mm, long address, int frame, boolean writable);

    /** An access that faulted has ended. */
    void accessFaulted(SecondaryMmu device, AddressSpace mm, long address, int faults, AccessStatus status);
}
