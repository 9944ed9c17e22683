package io.mmulab.device;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.secondary.AccessStatus;
import io.mmulab.kernel.secondary.MmuServices;
import io.mmulab.kernel.secondary.SecondaryMmu;

/** What every device has: a name, one address space at a time, and the way into and out of its list of subscribers. */
abstract class BoundDevice implements SecondaryMmu {
    private final int id;
    private final String name;
    private final MmuServices services;
    private @Nullable AddressSpace bound;
    private @Nullable AddressSpace subscribed;
    private byte lastValue;
    private int offset;
    private int lastFaults;

    BoundDevice(int id, String name, MmuServices services) {
        this.id = id;
        this.name = name;
        this.services = services;
    }

    @Override
    public final int id() {
        return id;
    }

    @Override
    public final String name() {
        return name;
    }

    final MmuServices services() {
        return services;
    }

    @Override
    public final int bind(AddressSpace mm) {
        int error = subscribe(mm);
        if (error == 0) {
            subscribed = mm;
            bound = mm;
            onBind();
        }
        return error;
    }

    /** Joins the subscribers of an address space, if the device has callbacks. Returns 0 or a negative errno. */
    int subscribe(AddressSpace mm) {
        return services.notifiers().register(mm.subscriptions(), this);
    }

    /** {@code mmu_notifier_unregister} calls {@link #release}, unless the address space has done so already. */
    @Override
    public final void unbind() {
        AddressSpace mm = subscribed;
        if (mm != null) {
            unsubscribe(mm);
            subscribed = null;
        }
    }

    /** Leaves the subscribers of an address space; afterwards the device is released. */
    void unsubscribe(AddressSpace mm) {
        services.notifiers().unregister(mm.subscriptions(), this);
    }

    @Override
    public final @Nullable AddressSpace boundTo() {
        return bound;
    }

    /** Not reported as drops: whoever unbinds, or exits, knows that nothing may stay. */
    @Override
    public final int release(int mm) {
        int dropped = dropAll();
        onRelease();
        bound = null;
        return dropped;
    }

    @Override
    public final AccessStatus access(long address, boolean write, byte value) {
        AddressSpace mm = bound;
        lastFaults = 0;
        if (mm == null) {
            return AccessStatus.INVALID;
        }
        offset = mm.offsetInPage(address);
        AccessStatus status = access(mm, address, write, value);
        if (lastFaults > 0) {
            services.observer().accessFaulted(this, mm, reportedAddress(address), lastFaults, status);
        }
        return status;
    }

    abstract AccessStatus access(AddressSpace mm, long address, boolean write, byte value);

    /** The device was bound. */
    void onBind() {}

    /** The device is about to be without an address space. */
    void onRelease() {}

    abstract int dropAll();

    /** A command begins. */
    final void beginCommand() {
        lastFaults = 0;
        offset = 0;
    }

    /** Counts a fault of the running access; its number, from 1. */
    final int faulted() {
        return ++lastFaults;
    }

    /** The access goes through: reads or writes the byte of the frame that it is about, the first one in a command. */
    final void touch(int frame, boolean write, byte value) {
        if (write) {
            services.frames().write(frame, offset, value);
            lastValue = value;
        } else {
            lastValue = services.frames().content(frame, offset);
        }
    }

    /** A command writes all bytes of a page. */
    final void writePage(int frame, byte value) {
        services.frames().fill(frame, value);
        lastValue = value;
    }

    @Override
    public final byte lastValue() {
        return lastValue;
    }

    @Override
    public final int lastFaults() {
        return lastFaults;
    }
}
