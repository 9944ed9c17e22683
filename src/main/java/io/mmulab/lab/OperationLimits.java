package io.mmulab.lab;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.springframework.stereotype.Component;

import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.lab.RefusedException.Reason;

/** Holds single operations against the limits, before a machine sees them. */
@Component
public class OperationLimits {
    private static final Pattern DEVICE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final int MAX_TEXT = 255;
    private static final int MAX_OPTIONS = 32;
    private static final long PAGE = 4096;

    private static final int MOST_MOVED_PAGES = 1024;
    private static final long MOST_DEVICE_PAGES = 1024;
    private final Limits limits;

    OperationLimits(Limits limits) {
        this.limits = limits;
    }

    /** Holds the operations of one request against the limits, before any machine sees them. */
    public void check(List<Operation> operations) {
        atMost("operations", operations.size(), limits.operationsPerRequest());
        for (int i = 0; i < operations.size(); i++) {
            try {
                check(operations.get(i));
            } catch (RefusedException e) {
                throw e.within("operations[" + i + "]");
            }
        }
    }

    /** Holds the number of the next operation of one request against the limit. */
    public void checkNumber(long number) {
        atMost("operations", number, limits.operationsPerRequest());
    }

    void check(Operation operation) {
        switch (operation) {
            case Operation.Mmap op -> mmap(op);
            case Operation.Munmap op -> length(op.length());
            case Operation.Mprotect op -> length(op.length());
            case Operation.Madvise op -> length(op.length());
            case Operation.Mlock op -> length(op.length());
            case Operation.Munlock op -> length(op.length());
            case Operation.Msync op -> length(op.length());
            case Operation.Mincore op -> length(op.length());
            case Operation.Mbind op -> length(op.length());
            case Operation.MovePages op -> movedPages(op.pages());
            case Operation.ProcessMadvise op -> length(op.length());
            case Operation.Mremap op -> remap(op);
            case Operation.CreateFile op -> file(op);
            case Operation.AttachDevice op -> device(op);
            case Operation.SetThp op -> {
                text("file", op.file());
                text("value", op.value());
            }
            case Operation.SetMemoryRegion op -> length(op.length());
            case Operation.SetHugepages op -> hugepages(op.kilobytes(), op.pages());
            case Operation.SetHugepagesOvercommit op -> hugepages(op.kilobytes(), op.pages());
            case Operation.RegisterUserfaults op -> length(op.length());
            case Operation.UnregisterUserfaults op -> length(op.length());
            case Operation.WriteProtectUserfaults op -> length(op.length());
            case Operation.CopyUserfaultPages op -> {
                length(op.length());
                value(op.value());
            }
            case Operation.ZeroUserfaultPages op -> length(op.length());
            case Operation.MoveUserfaultPages op -> length(op.length());
            case Operation.RegisterBuffer op -> length(op.length());
            case Operation.OpenUserfaultfd op -> value(op.fill());
            case Operation.AnswerUserfaults op -> value(op.fill());
            case Operation.ProcMem op -> value(op.value());
            case Operation.ProcessVm op -> value(op.value());
            case Operation.Truncate op -> filePages("pages", op.pages());
            case Operation.PunchHole op -> {
                filePages("page", op.page());
                filePages("pages", op.pages());
            }
            case Operation.ReadFile op -> filePages("page", op.page());
            case Operation.WriteFile op -> {
                filePages("page", op.page() + 1);
                value(op.value());
            }
            case Operation.FaultAround op -> {
                if (op.bytes() < 0) {
                    throw invalid("bytes", "is negative");
                }
            }
            case Operation.Access op -> value(op.value());
            case Operation.DeviceAccess op -> value(op.value());
            case Operation.CommandDevice op -> {
                devicePages(op.length());
                value(op.value());
            }
            case Operation.Spawn _,Operation.Brk _,Operation.Mlockall _,Operation.Munlockall _,Operation.ShareAddressSpace _,Operation.SetLimit _,Operation.SetRoot _,Operation.SetOvercommit _,Operation.Fork _,Operation.Exec _,Operation.Exit _,Operation.ReapMemory _,Operation.ClearRefs _,Operation.UnregisterBuffer _,Operation.RunOthers _,Operation.DisableThp _,Operation.Fsync _,Operation.DropCaches _,Operation.Swap _,Operation.DrainLru _,Operation.KsmScan _,Operation.KsmUnmerge _,Operation.DetachDevice _ ->
                    {}
        }
    }

    private void remap(Operation.Mremap op) {
        length(op.oldLength());
        length(op.newLength());
    }

    private void mmap(Operation.Mmap op) {
        length(op.length());
        boolean sharedAnonymous = op.flags().contains(MapFlag.MAP_SHARED) && op.flags().contains(MapFlag.MAP_ANONYMOUS);
        if (sharedAnonymous) {
            atMost("length", op.length(), limits.filePages() * PAGE);
        }
    }

    private void filePages(String field, long pages) {
        if (pages < 0) {
            throw invalid(field, "is negative");
        }
        atMost(field, pages, limits.filePages());
    }

    private void hugepages(int kilobytes, long pages) {
        if (kilobytes <= 0) {
            throw invalid("kilobytes", "is not positive");
        }
        if (pages < 0) {
            throw invalid("pages", "is negative");
        }
        atMost("pages", pages, limits.lengthBytes() / ((long) kilobytes << 10));
    }

    private void file(Operation.CreateFile op) {
        filePages("pages", op.pages());
        text("name", op.name());
    }

    private void device(Operation.AttachDevice op) {
        if (!DEVICE_NAME.matcher(op.name()).matches()) {
            throw invalid("name", "must be 1 to 64 of A-Z a-z 0-9 . _ - and begin with a letter or digit");
        }
        text("model", op.model());
        atMost("options", op.options().size(), MAX_OPTIONS);
        for (Map.Entry<String, String> option : op.options().entrySet()) {
            text("options", option.getKey());
            text("options", option.getValue());
        }
    }

    private void length(long length) {
        if (length < 0) {
            throw invalid("length", "is negative");
        }
        atMost("length", length, limits.lengthBytes());
    }

    private static void devicePages(long length) {
        if (length <= 0 || length > MOST_DEVICE_PAGES * PAGE) {
            throw invalid("length", "is not in 1.." + MOST_DEVICE_PAGES * PAGE);
        }
    }

    private static void movedPages(int pages) {
        if (pages < 0 || pages > MOST_MOVED_PAGES) {
            throw invalid("pages", "is not in 0.." + MOST_MOVED_PAGES);
        }
    }

    private static void value(int value) {
        if (value < 0 || value > 0xff) {
            throw invalid("value", "is one byte: 0 to 255");
        }
    }

    private static void text(String field, String text) {
        if (text.isEmpty() || text.length() > MAX_TEXT || text.chars().anyMatch(Character::isISOControl)) {
            throw invalid(field, "must be 1 to " + MAX_TEXT + " characters, none of them a control character");
        }
    }

    /**
     * Refuses what is more than a limit allows.
     *
     * @throws RefusedException naming the field and the limit
     */
    public static void atMost(String field, long asked, long limit) {
        if (asked > limit) {
            throw new RefusedException(Reason.LIMIT_EXCEEDED, field, asked + " is more than the limit of " + limit);
        }
    }

    private static RefusedException invalid(String field, String message) {
        return new RefusedException(Reason.INVALID_OPERATION, field, message);
    }
}
