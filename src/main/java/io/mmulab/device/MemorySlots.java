package io.mmulab.device;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * The memory slots of a guest: which guest addresses stand for which host virtual addresses. Either a fixed list, or the
 * identity, where user space makes a slot of 1 GiB when an address is first used.
 */
final class MemorySlots {
    /** {@code KVM_USER_MEM_SLOTS} is 32,764 on x86-64 and arm64. */
    static final int MAX_SLOTS = 32_764;
    /** Text of the option that asks for guest address = host virtual address. */
    static final String IDENTITY = "identity";
    /** Text of the option for a guest that has no memory yet. */
    static final String NO_SLOTS = "none";

    private static final long IDENTITY_LENGTH = 1L << 30;
    private static final Comparator<Slot> BY_HOST_ADDRESS =
            Comparator.comparingLong(Slot::hostAddress).thenComparingLong(Slot::guestAddress);

    /**
     * {@code struct kvm_memory_slot}; addresses and length in bytes.
     *
     * @param guestAddress guest physical
     * @param hostAddress host virtual
     * @param readOnly {@code KVM_MEM_READONLY}
     */
    record Slot(long guestAddress, long hostAddress, long length, boolean readOnly) {
        boolean holdsGuest(long address) {
            return Long.compareUnsigned(address - guestAddress, length) < 0;
        }

        boolean overlapsHost(long start, long end) {
            return Long.compareUnsigned(start, hostAddress + length) < 0 && Long.compareUnsigned(end, hostAddress) > 0;
        }

        long toHost(long guest) {
            return guest - guestAddress + hostAddress;
        }

        long toGuest(long host) {
            return host - hostAddress + guestAddress;
        }
    }

    private final List<Slot> slots;
    private final boolean identity;

    private MemorySlots(List<Slot> slots, boolean identity) {
        this.slots = slots;
        this.identity = identity;
    }

    /**
     * Reads the option: {@value #IDENTITY}, {@value #NO_SLOTS}, or {@code gpa:hva:length[:ro],...} in hexadecimal.
     *
     * @param pageSize all three must be multiples of it
     * @throws IllegalArgumentException if it does not have that form, or slots overlap in guest addresses
     */
    static MemorySlots parse(String text, long pageSize, long taskSize) {
        if (text.equals(IDENTITY)) {
            return new MemorySlots(new ArrayList<>(), true);
        }
        if (text.equals(NO_SLOTS)) {
            return new MemorySlots(new ArrayList<>(), false);
        }
        List<Slot> slots = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Slot slot = parseSlot(part, pageSize, taskSize);
            for (Slot other : slots) {
                if (slot.guestAddress < other.guestAddress + other.length
                        && other.guestAddress < slot.guestAddress + slot.length) {
                    throw new IllegalArgumentException("slots: guest addresses overlap at " + part);
                }
            }
            slots.add(slot);
            if (slots.size() > MAX_SLOTS) {
                throw new IllegalArgumentException("slots: more than " + MAX_SLOTS);
            }
        }
        slots.sort(BY_HOST_ADDRESS);
        return new MemorySlots(slots, false);
    }

    private static Slot parseSlot(String text, long pageSize, long taskSize) {
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
        return new Slot(guest, host, length, readOnly);
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

    /** Whether user space would answer a first use of the address with a new slot. */
    boolean canAdd(long guestAddress, long taskSize) {
        return identity && Long.compareUnsigned(guestAddress, taskSize) < 0 && slots.size() < MAX_SLOTS;
    }

    /** {@code KVM_SET_USER_MEMORY_REGION}: the aligned 1 GiB around an address, up to the end of user addresses. */
    Slot add(long guestAddress, long taskSize) {
        long start = guestAddress & -IDENTITY_LENGTH;
        Slot slot = new Slot(start, start, Math.min(IDENTITY_LENGTH, taskSize - start), false);
        slots.add(slot);
        slots.sort(BY_HOST_ADDRESS);
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
}
