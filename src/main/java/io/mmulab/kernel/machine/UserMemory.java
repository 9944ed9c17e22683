package io.mmulab.kernel.machine;

import io.mmulab.kernel.gup.FixedBuffers;
import io.mmulab.kernel.gup.RemoteAccess;
import io.mmulab.kernel.proc.ClearRefs;
import io.mmulab.kernel.uffd.UserfaultLog;
import io.mmulab.kernel.uffd.Userfaultfd;

/**
 * Who works on a process's memory beside its own loads and stores.
 *
 * @param userfaultfd faults that user space resolves
 * @param userfaults those of the running operation
 * @param clearRefs /proc/PID/clear_refs
 * @param remote /proc/PID/mem and process_vm_*
 * @param buffers registered buffers of io_uring
 */
record UserMemory(Userfaultfd userfaultfd, UserfaultLog userfaults, ClearRefs clearRefs, RemoteAccess remote,
        FixedBuffers buffers) {}
