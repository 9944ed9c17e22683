package io.mmulab.kernel.secondary;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifier;

/**
 * Anything that caches or copies translations of an address space. Driven by the same few commands, whatever it is; its
 * notifier callbacks are those of {@link MmuNotifier}.
 */
public interface SecondaryMmu extends MmuNotifier {
    /** The user's name for it, unique in the machine. */
    String name();

    /** Name of its model, as in the list of device models. */
    String model();

    /** Binds the device to an address space and subscribes. Returns 0 or a negative errno. */
    int bind(AddressSpace mm);

    /** Unbinds, drops everything and unsubscribes. */
    void unbind();

    /** The address space it is bound to; null before bind and after the address space was released. */
    @Nullable
    AddressSpace boundTo();

    /**
     * One access of one byte.
     *
     * @param address in the bound address space; a guest address where the device translates twice
     * @param value what a write stores
     */
    AccessStatus access(long address, boolean write, byte value);

    /**
     * {@code KVM_SET_USER_MEMORY_REGION}: adds, moves, changes or removes a memory slot. Returns 0 or a negative errno.
     *
     * @throws IllegalArgumentException if the device has no memory slots
     */
    default int setMemoryRegion(MemoryRegion region) {
        throw new IllegalArgumentException("a device of model " + model() + " has no memory slots");
    }

    /**
     * A command of a device with memory of its own.
     *
     * @param address first byte, page aligned
     * @param length bytes
     * @param value what a write stores, or an atomic operation adds
     * @return pages, or a negative errno
     * @throws IllegalArgumentException if the device cannot
     */
    default int command(DeviceCommand command, long address, long length, byte value) {
        throw new IllegalArgumentException("a device of model " + model() + " has no command " + command);
    }

    /** What the last {@link DeviceCommand#SNAPSHOT} saw, page by page. */
    default List<String> lastSnapshot() {
        return List.of();
    }

    /** The byte that the last access read or wrote. */
    byte lastValue();

    /** Where an access to a device's address is in the bound address space. */
    default long reportedAddress(long address) {
        return address;
    }

    /** Faults that the last access took. */
    int lastFaults();

    /** Visits the cached translations of {@code [start, end)} by address in the bound address space; -1 as end means all. */
    void visitEntries(long start, long end, EntryVisitor visitor);

    /** Cached translations. */
    int entryCount();

    /** What it counts about itself, beside the events: totals since it was made, by name. */
    default Map<String, Long> counters() {
        return Map.of();
    }

    /**
     * Whether its accesses are those of a thread of the process whose address space it is bound to, as a vCPU's are. The
     * faults of other devices are handled by a thread of the kernel.
     */
    default boolean runsInProcess() {
        return false;
    }

    /** Whether a page-table entry would be cached as writable now. */
    boolean cachesAsWritable(long pte);

    /** Whether a cached read-only entry must be dropped when the page becomes writable, because it goes on refusing writes. */
    boolean needsUpgradeInvalidation();

    /** The kernel function that a fault of the device reaches. */
    default Cause faultCause() {
        return hasRangeOps() ? Cause.KVM_FAULTIN_PFN : Cause.IOMMU_SVA_HANDLE_MM;
    }

    /**
     * Whether it keeps the pages that it has entries for: they may differ from the page table, which is no fault of
     * anybody's.
     */
    default boolean keepsPages() {
        return false;
    }

    /** Sees one cached translation. */
    @FunctionalInterface
    interface EntryVisitor {
        /** The page at {@code address} of the bound address space. */
        void entry(long address, int frame, boolean writable);
    }
}
