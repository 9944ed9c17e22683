package io.mmulab.web;

import io.mmulab.kernel.machine.Address;
import io.mmulab.kernel.mm.AddressSpace;

/**
 * An address space.
 *
 * @param id number within the machine, from 1
 * @param alive false once its last user has exited
 * @param vmas number of VMAs
 * @param startBrk where the heap begins
 * @param brk where it ends
 * @param totalPages pages of all VMAs
 * @param anonPages resident anonymous pages
 * @param filePages resident file pages
 * @param shmemPages resident shared-memory pages
 * @param minorFaults faults that needed no I/O
 * @param majorFaults faults that needed I/O
 */
record AddressSpaceView(int id, boolean alive, int vmas, @Address long startBrk, @Address long brk, long totalPages,
        long anonPages, long filePages, long shmemPages, long minorFaults, long majorFaults) {

    static AddressSpaceView of(AddressSpace mm) {
        return new AddressSpaceView(mm.id(), mm.isAlive(), mm.vmas().size(), mm.startBrk(), mm.brk(), mm.totalPages(),
                mm.anonPages(), mm.filePages(), mm.shmemPages(), mm.minorFaults(), mm.majorFaults());
    }
}
