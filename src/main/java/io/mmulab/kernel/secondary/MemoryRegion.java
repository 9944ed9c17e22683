package io.mmulab.kernel.secondary;

/**
 * {@code struct kvm_userspace_memory_region}: what a guest has as memory.
 *
 * @param slot number of the memory slot, from 0
 * @param guestAddress first guest physical address, page aligned
 * @param address first host virtual address, page aligned
 * @param length bytes, a multiple of the page size; 0 removes the slot
 * @param readOnly {@code KVM_MEM_READONLY}: a guest's write goes to user space
 * @param logDirty {@code KVM_MEM_LOG_DIRTY_PAGES}: written pages are logged, page by page
 */
public record MemoryRegion(int slot, long guestAddress, long address, long length, boolean readOnly,
        boolean logDirty) {}
