package io.mmulab.device;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.mmulab.kernel.hmm.HmmRange;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.secondary.DeviceCommand;
import io.mmulab.kernel.secondary.MmuServices;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** The commands of a device that can do more than read and write: {@code dmirror_*} of {@code lib/test_hmm.c}. */
final class MirrorCommands {
    private static final int EPERM = 1;
    private static final int ENOENT = 2;
    private static final int EBUSY = 16;
    private static final int EINVAL = 22;

    private final MirrorDevice device;
    private final MmuServices services;
    private final DeviceDesign design;
    private final Translations table;
    private final MirrorFill fill;
    private final Set<Long> exclusive = new HashSet<>();
    private List<String> snapshot = List.of();

    MirrorCommands(MirrorDevice device, MmuServices services, DeviceDesign design, Translations table,
            MirrorFill fill) {
        this.device = device;
        this.services = services;
        this.design = design;
        this.table = table;
        this.fill = fill;
    }

    /** What the last snapshot saw. */
    List<String> snapshot() {
        return snapshot;
    }

    /** An entry is gone, and with it the exclusive access. */
    void dropped(long page) {
        exclusive.remove(page);
    }

    /**
     * Does it.
     *
     * @param end exclusive, page aligned
     * @return pages, or a negative errno
     * @throws IllegalArgumentException if the device cannot
     */
    int run(AddressSpace mm, DeviceCommand command, long start, long end, byte value) {
        return switch (command) {
            case READ -> transfer(mm, start, end, false, value);
            case WRITE -> transfer(mm, start, end, true, value);
            case SNAPSHOT -> look(mm, start, end);
            case MIGRATE -> migrate(mm, start, end);
            case MIGRATE_BACK -> migrateBack(mm, start, end);
            case EXCLUSIVE -> takeAll(mm, start, end);
            case CHECK_EXCLUSIVE -> exclusive.stream().anyMatch(page -> page >= start && page < end) ? -EPERM : 0;
            case ATOMIC -> atomic(mm, start, end, value);
            case EVICT -> evict();
        };
    }

    /** {@code dmirror_read}, {@code dmirror_write}: as far as the table goes, then a fault for all the rest. */
    private int transfer(AddressSpace mm, long start, long end, boolean write, byte value) {
        long at = start;
        while (true) {
            while (at < end && touch(mm, at, write, value)) {
                at += mm.pageSize();
            }
            if (at >= end) {
                return (int) ((end - start) / mm.pageSize());
            }
            if (device.faulted() > design.retryBudget()) {
                return -EBUSY;
            }
            int error = fault(mm, at, end, write);
            if (error != 0) {
                return error;
            }
        }
    }

    private boolean touch(AddressSpace mm, long page, boolean write, byte value) {
        long entry = table.get(page);
        if (entry == Translations.MISS || (write && !Translations.isWritable(entry))) {
            return false;
        }
        services.observer().entryUsed(device, mm, page, Translations.frame(entry), write);
        if (write) {
            device.writePage(Translations.frame(entry), value);
        } else {
            device.touch(Translations.frame(entry), false, value);
        }
        return true;
    }

    /** {@code dmirror_fault}: so many pages at a time. */
    private int fault(AddressSpace mm, long start, long end, boolean write) {
        long most = HmmRange.MAX_PAGES * mm.pageSize();
        for (long at = start; at < end; at += most) {
            int error = fill.range(mm, at, Math.min(at + most, end), write);
            if (error != 0) {
                return error;
            }
        }
        return 0;
    }

    private int look(AddressSpace mm, long start, long end) {
        List<String> seen = new ArrayList<>();
        long most = HmmRange.MAX_PAGES * mm.pageSize();
        for (long at = start; at < end; at += most) {
            HmmRange range = fill.look(mm, at, Math.min(at + most, end));
            for (long page = range.start(); page < range.end(); page += mm.pageSize()) {
                seen.add(describe(range.pfn(page)));
            }
        }
        snapshot = List.copyOf(seen);
        return seen.size();
    }

    /** {@code dmirror_mkentry}. */
    private String describe(long pfn) {
        if ((pfn & HmmRange.ERROR) != 0) {
            return "ERROR";
        }
        if ((pfn & HmmRange.VALID) == 0) {
            return "NONE";
        }
        int frame = HmmRange.frame(pfn);
        Frames frames = services.frames();
        String where = "";
        if (frames.has(frame, Frames.DEVICE)) {
            where = frames.deviceOwner(frame) == device.id() ? "DEV_PRIVATE_LOCAL|" : "DEV_PRIVATE_REMOTE|";
        } else if (frames.isZeroPage(frame)) {
            where = "ZERO|";
        }
        String rights = (pfn & HmmRange.WRITE) != 0 ? "WRITE" : "READ";
        return where + rights + (HmmRange.order(pfn) > 0 ? "|ORDER" + HmmRange.order(pfn) : "");
    }

    // --- the device's memory ---

    private int migrate(AddressSpace mm, long start, long end) {
        must(design.ownMemory(), "memory of its own");
        int error =
                byVma(mm, start, end, (vma, from, to) -> services.migration().migrateVma().toDevice(mm, vma, from, to,
                        device.id(), (address, frame, writable) -> table.put(address, frame, writable)));
        return error != 0 ? error : present(mm, start, end);
    }

    /** {@code dmirror_do_read} of the whole range. */
    private int present(AddressSpace mm, long start, long end) {
        for (long at = start; at < end; at += mm.pageSize()) {
            if (!touch(mm, at, false, (byte) 0)) {
                return -ENOENT;
            }
        }
        return (int) ((end - start) / mm.pageSize());
    }

    private int migrateBack(AddressSpace mm, long start, long end) {
        must(design.ownMemory(), "memory of its own");
        int[] back = new int[1];
        int error = byVma(mm, start, end, (vma, from, to) -> {
            int moved = services.migration().migrateVma().toSystem(mm, vma, from, to, device.id());
            back[0] += Math.max(moved, 0);
            return Math.min(moved, 0);
        });
        return error != 0 ? error : back[0];
    }

    private int evict() {
        must(design.ownMemory(), "memory of its own");
        services.migration().migrateVma().evict(device.id());
        return 0;
    }

    /** Does something in each VMA. */
    @FunctionalInterface
    private interface InVma {
        int part(Vma vma, long start, long end);
    }

    private int byVma(AddressSpace mm, long start, long end, InVma each) {
        services.current().get().lock(LockKind.MMAP_READ);
        int error = 0;
        for (long at = start; at < end && error == 0;) {
            Vma vma = mm.vmas().lookup(at);
            if (vma == null || !vma.has(VmFlags.READ)) {
                error = -EINVAL;
            } else {
                long next = Math.min(end, vma.end());
                error = each.part(vma, at, next);
                at = next;
            }
        }
        services.current().get().unlock(LockKind.MMAP_READ);
        return error;
    }

    // --- exclusive access ---

    private int takeAll(AddressSpace mm, long start, long end) {
        must(design.exclusiveAccess(), "exclusive access");
        for (long at = start; at < end; at += mm.pageSize()) {
            int error = take(mm, at);
            if (error != 0) {
                return error;
            }
        }
        return present(mm, start, end);
    }

    private int take(AddressSpace mm, long page) {
        services.current().get().lock(LockKind.MMAP_READ);
        int frame = services.migration().exclusive().make(services.gup(), mm, page, device.id());
        services.current().get().unlock(LockKind.MMAP_READ);
        if (frame <= 0) {
            return frame == Frames.NO_FRAME ? -EBUSY : frame;
        }
        table.put(page, frame, false);
        exclusive.add(page);
        services.frames().put(frame);
        return 0;
    }

    private int atomic(AddressSpace mm, long start, long end, byte value) {
        must(design.exclusiveAccess(), "exclusive access");
        for (long at = start; at < end; at += mm.pageSize()) {
            if (!exclusive.contains(at)) {
                device.faulted();
                int error = take(mm, at);
                if (error != 0) {
                    return error;
                }
            }
            int frame = Translations.frame(table.get(at));
            device.touch(frame, true, (byte) (services.frames().content(frame) + value));
        }
        return (int) ((end - start) / mm.pageSize());
    }

    private void must(boolean can, String what) {
        if (!can) {
            throw new IllegalArgumentException("a device of model " + device.model() + " has no " + what);
        }
    }
}
