package io.mmulab.kernel.notifier;

/** What a driver gives {@code mmu_notifier_get()}: one subscriber for each address space, made when it is first wanted. */
@FunctionalInterface
public interface MmuNotifierOps {
    /** {@code alloc_notifier}: a subscriber for an address space, whose {@link MmuNotifier#ops} is this. */
    MmuNotifier allocNotifier(int mm);
}
