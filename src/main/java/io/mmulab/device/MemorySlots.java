package io.mmulab.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.secondary.MemoryRegion;

/**
 * The memory slots of a guest: which guest addresses stand for which host virtual addresses. Either a list, which user
 * space changes at any time, or the identity, where user space makes a slot of 1 GiB when an address is first used.
 */
final class MemorySlots {
    /** {@code KVM_USER_MEM_SLOTS} is 32,764 on x86-64 and arm64. */
    static final int MAX_SLOTS = 32_764;
    /** Text of the option that asks for guest address = host virtual address. */
    static final String IDENTITY = "identity";
    /** Text of the option that asks for no slots at first. */
    static final String NO_SLOTS = "none";

    private static final long IDENTITY_LENGTH = 1L << 30;
    /** {@code KVM_MEM_MAX_NR_PAGES}. */
    private static final long MAX_PAGES = (1L << 31) - 1;
    private static final int EEXIST = 17;
    private static final int EINVAL = 22;

    /** By host address; of equal ones the older first, as the interval tree of the kernel has them. */
    private final List<Slot> slots = new ArrayList<>();
    private final boolean identity;
    private long generation;

    private MemorySlots(boolean identity) {
        this.identity = identity;
    }

    /**
     * Reads the option: {@value #IDENTITY}, {@value #NO_SLOTS}, or {@code gpa:hva:length[:ro],...} in hexadecimal.
     *
     * @param pageSize all three must be multiples of it
     * @throws IllegalArgumentException if it does not have that form, or slots overlap in guest addresses
     */
    static MemorySlots parse(String text, long pageSize, long taskSize) {
        MemorySlots result = new MemorySlots(text.equals(IDENTITY));
        if (!result.identity && !text.equals(NO_SLOTS)) {
            for (String part : text.split(",", -1)) {
                Slot slot = parseSlot(result.slots.size(), part, pageSize, taskSize);
                if (result.overlaps(slot.id(), slot.guestAddress(), slot.length())) {
                    throw new IllegalArgumentException("slots: guest addresses overlap at " + part);
                }
                result.put(slot);
                if (result.slots.size() > MAX_SLOTS) {
                    throw new IllegalArgumentException("slots: more than " + MAX_SLOTS);
                }
            }
        }
        return result;
    }

    private static Slot parseSlot(int id, String text, long pageSize, long taskSize) {
        String[] fields = text.split(":", -1);
        boolean readOnly = fields.length == 4 && fields[3].equals("ro");
        if (fields.length != 3 && !readOnly) {
            throw new IllegalArgumentException("slots: not gpa:hva:length[:ro]: " + text);
        }
        long guest = parseHex(fields[0]);
        long host = parseHex(fields[1]);
        long length = parseHex(fields[2]);
        if (((guest | host | length) & (pageSize - 1)) != 0 || length == 0) {
            throw new IllegalArgumentException("slots: not a multiple of the page size: " + text);
        }
        if (length > taskSize || host > taskSize - length || guest > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException("slots: beyond the end of addresses: " + text);
        }
        return new Slot(id, guest, host, length, readOnly, false);
    }

    private static long parseHex(String text) {
        String digits = text.toLowerCase(Locale.ROOT).startsWith("0x") ? text.substring(2) : text;
        try {
            long value = Long.parseLong(digits, 16);
            if (value >= 0 && !digits.startsWith("+")) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("slots: not hexadecimal: " + text, e);
        }
        throw new IllegalArgumentException("slots: not hexadecimal: " + text);
    }

    /**
     * {@code kvm_set_memory_region()}: what can be said before anything changes.
     *
     * @return 0 or a negative errno
     */
    int check(MemoryRegion region, long pageSize, long taskSize, KvmRules rules) {
        if (!isWellFormed(region, pageSize, taskSize)) {
            return -EINVAL;
        }
        Slot old = byId(region.slot());
        if (region.length() == 0) {
            return old == null ? -EINVAL : 0;
        }
        boolean sameMemory = old != null && old.hostAddress() == region.address() && old.length() == region.length()
                && old.readOnly() == region.readOnly();
        if (old != null && !sameMemory) {
            return -EINVAL;
        }
        boolean staysInPlace = old != null && old.guestAddress() == region.guestAddress();
        if (staysInPlace) {
            return 0;
        }
        if (overlaps(region.slot(), region.guestAddress(), region.length())) {
            return -EEXIST;
        }
        boolean beyond = region.guestAddress() > (1L << rules.guestAddressBits()) - region.length();
        return beyond ? -rules.beyondGuestAddresses() : 0;
    }

    private static boolean isWellFormed(MemoryRegion region, long pageSize, long taskSize) {
        long addresses = region.guestAddress() | region.address() | region.length();
        return region.slot() >= 0 && region.slot() < MAX_SLOTS && (addresses & (pageSize - 1)) == 0
                && Long.compareUnsigned(region.length(), taskSize) <= 0
                && Long.compareUnsigned(region.address(), taskSize - region.length()) <= 0
                && region.guestAddress() >= 0 && region.guestAddress() + region.length() >= 0
                && region.length() / pageSize <= MAX_PAGES;
    }

    private boolean overlaps(int id, long guestAddress, long length) {
        for (Slot slot : slots) {
            if (slot.id() != id && slot.overlapsGuest(guestAddress, length)) {
                return true;
            }
        }
        return false;
    }

    /** A slot by its number. */
    @Nullable
    Slot byId(int id) {
        for (Slot slot : slots) {
            if (slot.id() == id) {
                return slot;
            }
        }
        return null;
    }

    /** Makes a checked region a slot, in place of the one of that number. */
    Slot set(MemoryRegion region) {
        remove(region.slot());
        Slot slot = new Slot(region.slot(), region.guestAddress(), region.address(), region.length(),
                region.readOnly(), region.logDirty());
        put(slot);
        return slot;
    }

    /** Takes a slot out, if it is there. */
    void remove(int id) {
        if (slots.removeIf(slot -> slot.id() == id)) {
            generation++;
        }
    }

    private void put(Slot slot) {
        int at = slots.size();
        while (at > 0 && slots.get(at - 1).hostAddress() > slot.hostAddress()) {
            at--;
        }
        slots.add(at, slot);
        generation++;
    }

    /** {@code kvm_memslots::generation}: changes with each change of a slot. */
    long generation() {
        return generation;
    }

    /** {@code gfn_to_memslot}. */
    @Nullable
    Slot find(long guestAddress) {
        for (Slot slot : slots) {
            if (slot.holdsGuest(guestAddress)) {
                return slot;
            }
        }
        return null;
    }

    /** Whether every user address is a guest address: what is beyond is nothing that could be emulated. */
    boolean areIdentity() {
        return identity;
    }

    /** Whether user space would answer a first use of the address with a new slot. */
    boolean canAdd(long guestAddress, long taskSize) {
        return identity && Long.compareUnsigned(guestAddress, taskSize) < 0 && slots.size() < MAX_SLOTS;
    }

    /** The aligned 1 GiB around an address, up to the end of user addresses. */
    Slot add(long guestAddress, long taskSize) {
        long start = guestAddress & -IDENTITY_LENGTH;
        Slot slot = new Slot((int) (start / IDENTITY_LENGTH), start, start, Math.min(IDENTITY_LENGTH, taskSize - start),
                false, false);
        put(slot);
        return slot;
    }

    /** Where a guest address is in the host; itself if no slot has it. */
    long toHost(long guestAddress) {
        Slot slot = find(guestAddress);
        return slot == null ? guestAddress : slot.toHost(guestAddress);
    }

    int size() {
        return slots.size();
    }

    /** In order of host addresses. */
    Slot at(int position) {
        return slots.get(position);
    }

    /** Whether a slot has memory of a range of host addresses. */
    boolean overlapHost(long start, long end) {
        for (Slot slot : slots) {
            if (slot.overlapsHost(start, end)) {
                return true;
            }
        }
        return false;
    }

    /** Part of a slot, in guest addresses. */
    @FunctionalInterface
    interface SlotRange {
        void visit(Slot slot, long start, long end);
    }

    /** {@code kvm_handle_hva_range}: what each slot has of a range of host addresses. */
    void forEach(long start, long end, SlotRange visitor) {
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            if (slot.overlapsHost(start, end)) {
                visitor.visit(slot, slot.firstGuest(start), slot.lastGuest(end));
            }
        }
    }
}
