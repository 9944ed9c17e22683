package io.mmulab.conformance;

/**
 * One operation of a recording.
 *
 * @param index number of the operation within the script, from 0
 * @param process name of the process that ran it
 * @param text the operation as the script has it
 * @param mappedAt where the kernel placed the mapping, if it returned an address; else 0
 * @param endedByWorker whether KVM's worker was the last user of an address space: what it did without naming the address
 *        space is not in the recording
 * @param result what the kernel said
 */
record RecordedOperation(int index, String process, String text, long mappedAt, boolean endedByWorker,
        OperationResult result) {}
