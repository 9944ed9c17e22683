package io.mmulab.invariant;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.Outcome.Signal;
import io.mmulab.scenario.Played;
import io.mmulab.scenario.Region;
import io.mmulab.scenario.ScriptLine;

/**
 * What the memory of a script's processes must hold, by the definitions of the system calls alone: a private page is
 * somebody's own, a shared one everybody's. It knows nothing of frames, faults or page tables. Where a call may fail half
 * way, what it may have touched is unknown from then on.
 */
final class ShadowMemory {
    private static final long PAGE = ShadowProcess.PAGE;

    private final Map<String, ShadowProcess> processes = new HashMap<>();
    private final Map<String, ShadowFile> files = new HashMap<>();
    private boolean guessing;

    ShadowMemory() {
        processes.put(ScriptLine.FIRST_PROCESS, new ShadowProcess());
    }

    /** One line as it was played. */
    record Line(String process, java.util.List<String> words, @Nullable Region region, Played played) {
        String word(int i) {
            return i < words.size() ? words.get(i) : "";
        }

        long number(int i) {
            return word(i).isEmpty() ? 0 : Long.decode(word(i));
        }

        boolean has(String word) {
            return words.indexOf(word) > 0;
        }

        boolean succeeded() {
            return played.error() == null && played.signal() == null;
        }

        /** First byte of the range that the words from {@code i} on mean. */
        long start(int i) {
            return region == null ? 0 : region.page(number(i));
        }

        long end(int i) {
            return region == null ? 0 : region.page(number(i) + number(i + 1));
        }
    }

    /** Takes note of a line; says what was wrong with its outcome, or null. */
    @Nullable
    String apply(Line line) {
        ShadowProcess process = processes.get(line.process);
        if (process == null || line.played.notSimulated() != null) {
            return null;
        }
        return switch (line.word(0)) {
            case "read", "write", "rmw" -> line.region == null ? null : access(line, line.region, process);
            case "mmap" -> mmap(line, process);
            case "munmap" -> munmap(line, process);
            case "mprotect" -> mprotect(line, process);
            case "madvise" -> madvise(line, process);
            case "mremap" -> mremap(line, process);
            case "fork" -> fork(line, process);
            case "exit", "execve" -> end(line);
            case "file" -> put(line, new ShadowFile(line.number(2), false));
            case "memfd" -> put(line, new ShadowFile(line.number(2), true));
            case "truncate", "punch", "pwrite", "pread" -> file(line);
            case "kvm" -> kvm(line, process);
            case "uffd" -> uffd(line, process);
            case "memwrite", "memread", "pvm_write", "pvm_read" -> remote(line);
            case "mlock", "mlock2", "pin" -> filled(process.in(line.start(2), line.end(2)));
            case "mlockall" -> filled(process.pages.values());
            default -> null;
        };
    }

    private @Nullable String access(Line line, Region region, ShadowProcess process) {
        long address = line.start(2);
        Signal signal = line.played.signal();
        boolean isRead = line.word(0).equals("read");
        long count = isRead && line.words.size() > 3 ? line.number(3) : 1;
        if (signal != null) {
            return refused(line.word(0), signal, process);
        }
        String wrong = null;
        for (long i = 0; i < count && wrong == null; i++) {
            wrong = reachable(process, address + i * region.pageSize());
        }
        long last = (address + (count - 1) * region.pageSize()) & -PAGE;
        ShadowPage page = process.pages.get(last);
        Integer value = line.played.value();
        if (page == null || wrong != null) {
            return wrong;
        }
        if (!line.word(0).equals("write") && value != null) {
            wrong = mustRead(page, value);
        }
        if (!isRead) {
            if (!page.prot.contains("w") && !page.unknownRights) {
                wrong = "a write to a page that is " + page.prot;
            }
            page.write(value == null || line.word(0).equals("write") ? (int) line.number(3) : (value + 1) & 0xff);
        }
        return wrong;
    }

    private @Nullable String reachable(ShadowProcess process, long address) {
        ShadowPage page = process.pages.get(address & -PAGE);
        if (guessing) {
            return null;
        }
        if (page == null) {
            return "an access to 0x" + Long.toHexString(address) + ", where nothing is mapped";
        }
        if (page.unknown) {
            return null;
        }
        if (page.isBeyondEnd()) {
            return "an access beyond the end of a file of " + (page.file == null ? 0 : page.file.pages) + " pages";
        }
        boolean forbidden = page.guard || (page.prot.equals("none") && !page.unknownRights);
        return forbidden ? "an access to a page without rights" : null;
    }

    private @Nullable String mustRead(ShadowPage page, int value) {
        return page.mayRead(value) || guessing ? null
                : "read %d, own %d%s, file %s".formatted(value, page.own, page.maybeReset ? " or not" : "",
                        page.file == null ? "none" : page.index + ": " + page.file.get(page.index));
    }

    private @Nullable String refused(String what, Signal signal, ShadowProcess process) {
        ShadowPage page = process.pages.get(signal.address() & -PAGE);
        if (page == null || page.unknown || page.guard || guessing) {
            return null;
        }
        if (signal.code().equals("SEGV_MAPERR")) {
            return "SEGV_MAPERR where something is mapped";
        }
        boolean mayRead = page.prot.contains("r");
        boolean allowed = what.equals("read") ? mayRead : page.prot.contains("w") && (mayRead || what.equals("write"));
        return signal.code().equals("SEGV_ACCERR") && allowed && !page.unknownRights
                ? "SEGV_ACCERR at a page that is " + page.prot : null;
    }

    private @Nullable String mmap(Line line, ShadowProcess process) {
        if (!line.succeeded()) {
            if (line.has("fixed")) {
                guessing = true;
            }
            return null;
        }
        String kind = line.word(4);
        long size = kind.startsWith("hugetlb") ? 2L << 20 : PAGE;
        long start = line.played.result();
        long count = line.number(2) * size / PAGE;
        boolean shared = kind.contains("shared");
        int at = line.words.indexOf("file");
        ShadowFile file = at > 0 ? files.get(line.word(at + 1)) : shared ? new ShadowFile(count, true) : null;
        long offset = at > 0 ? line.number(at + 2) * size / PAGE : 0;
        for (long i = 0; i < count; i++) {
            if (!line.has("fixed") && process.pages.containsKey(start + i * PAGE)) {
                return "mmap without MAP_FIXED over 0x" + Long.toHexString(start + i * PAGE);
            }
            process.pages.put(start + i * PAGE, new ShadowPage(file, offset + i, shared, line.word(3)));
        }
        guessing |= line.has("growsdown");
        // locked memory, and what is mapped while mlockall is in force, is filled at once
        return filled(process.in(start, start + count * PAGE));
    }

    private static @Nullable String filled(Iterable<ShadowPage> pages) {
        pages.forEach(ShadowPage::mayBeCopied);
        return null;
    }

    private @Nullable String munmap(Line line, ShadowProcess process) {
        if (line.succeeded()) {
            process.clear(line.start(2), line.end(2));
        }
        return null;
    }

    private @Nullable String mprotect(Line line, ShadowProcess process) {
        for (ShadowPage page : process.in(line.start(2), line.end(2))) {
            page.mayBeCopied();
            if (line.succeeded()) {
                page.prot = line.word(4);
                page.unknownRights = false;
            } else {
                page.unknownRights = true;
            }
        }
        return null;
    }

    private @Nullable String madvise(Line line, ShadowProcess process) {
        boolean whole = line.succeeded() || "ENOMEM".equals(line.played.error());
        for (ShadowPage page : process.in(line.start(2), line.end(2))) {
            switch (line.word(4)) {
                case "dontneed", "dontneed_locked" -> dontneed(page, whole);
                case "free" -> page.maybeReset |= page.own != ShadowPage.NOTHING;
                case "populate_write" -> page.mayBeCopied();
                case "remove" -> remove(page, line.succeeded());
                case "dontfork", "dofork" -> {
                    page.unknownFork |= !whole;
                    page.dontCopy = line.word(4).equals("dontfork");
                }
                case "wipeonfork", "keeponfork" -> {
                    page.unknownFork |= !whole;
                    page.wipe = line.word(4).equals("wipeonfork");
                }
                case "guard_install" -> {
                    page.guard |= whole;
                    page.unknown |= !whole;
                    page.reset();
                }
                case "guard_remove" -> page.guard &= !whole;
                case "hwpoison" -> guessing = true;
                default -> {
                    // changes nothing that a process can read
                }
            }
        }
        return null;
    }

    private static void dontneed(ShadowPage page, boolean whole) {
        if (whole) {
            page.reset();
        } else {
            page.maybeReset |= page.own != ShadowPage.NOTHING;
        }
    }

    private static void remove(ShadowPage page, boolean whole) {
        if (page.file == null) {
            return;
        }
        if (whole) {
            page.file.punch(page.index, 1);
        } else {
            page.file.mayBePunched(page.index);
        }
    }

    private @Nullable String mremap(Line line, ShadowProcess process) {
        Region region = line.region;
        if (region == null) {
            return null;
        }
        long oldStart = line.start(2);
        long oldEnd = line.end(2);
        long length = line.number(4) * region.pageSize();
        if (!line.succeeded()) {
            // what was in the place may be gone, and where it was is not known here
            guessing |= line.has("to") && !line.has("new");
            // and the end of a mapping that was to shrink
            process.in(oldStart + length, oldEnd).forEach(page -> page.unknown = true);
            return null;
        }
        long to = line.played.result();
        TreeMap<Long, ShadowPage> moved = new TreeMap<>();
        ShadowPage last = null;
        for (long i = 0; i < length; i += PAGE) {
            ShadowPage page = oldStart + i < oldEnd ? process.pages.get(oldStart + i) : null;
            if (page == null && last != null && oldStart + i >= oldEnd) {
                page = new ShadowPage(last.file, last.index + 1, last.shared, last.prot);
                page.unknownRights = last.unknownRights;
                page.dontCopy = last.dontCopy;
                page.wipe = last.wipe;
                page.unknownFork = last.unknownFork;
            }
            if (page != null) {
                moved.put(to + i, page.copy());
            }
            last = page;
        }
        if (line.has("dontunmap")) {
            process.in(oldStart, oldEnd).forEach(ShadowPage::reset);
        } else {
            process.clear(oldStart, oldEnd);
        }
        process.clear(to, to + length);
        process.pages.putAll(moved);
        return null;
    }

    private @Nullable String fork(Line line, ShadowProcess process) {
        if (line.succeeded()) {
            processes.put(line.word(1), process.fork());
        }
        return null;
    }

    private @Nullable String end(Line line) {
        processes.remove(line.words.size() > 1 ? line.word(1) : line.process);
        return null;
    }

    private @Nullable String put(Line line, ShadowFile file) {
        if (line.succeeded()) {
            files.putIfAbsent(line.word(1), file);
        }
        return null;
    }

    private @Nullable String file(Line line) {
        ShadowFile file = files.get(line.word(1));
        if (file == null || !line.succeeded()) {
            return null;
        }
        long index = line.number(2);
        switch (line.word(0)) {
            case "truncate" -> {
                file.truncate(index);
                processes.values().forEach(process -> process.pages.values().stream()
                        .filter(page -> page.file == file && page.index >= index).forEach(ShadowPage::reset));
            }
            case "punch" -> file.punch(index, line.number(3));
            case "pwrite" -> {
                file.put(index, (int) line.number(3));
                file.pages = Math.max(file.pages, index + 1);
            }
            default -> {
                Integer value = line.played.value();
                boolean wrong = value != null && index < file.pages && !file.isUncertain(index)
                        && value != file.get(index) && !guessing;
                return wrong ? "pread gave " + value + ", not " + file.get(index) : null;
            }
        }
        return null;
    }

    private @Nullable String kvm(Line line, ShadowProcess process) {
        boolean done = line.succeeded() && line.played.note().equals("kvm-exit=done");
        switch (line.word(1)) {
            case "attach", "close" -> process.slots.clear();
            case "unslot" -> process.slots.clear();
            case "slot" -> {
                if (line.succeeded() && line.region != null) {
                    long pages = line.number(4) * line.region.pageSize() / PAGE;
                    process.slots.add(new ShadowProcess.Slot(line.number(5), pages, line.start(3)));
                }
            }
            case "gread", "gwrite" -> {
                long host = process.host(line.number(2));
                return done ? guest(line, process, host) : null;
            }
            default -> {
                return null;
            }
        }
        return null;
    }

    private @Nullable String guest(Line line, ShadowProcess process, long host) {
        if (host == -1) {
            guessing |= line.word(1).equals("gwrite");
            return null;
        }
        String wrong = reachable(process, host);
        ShadowPage page = process.pages.get(host);
        Integer value = line.played.value();
        if (wrong != null || page == null) {
            return wrong == null ? null : "guest: " + wrong;
        }
        if (line.word(1).equals("gwrite")) {
            boolean allowed = page.prot.contains("w") || page.unknownRights;
            page.write((int) line.number(3));
            return allowed ? null : "guest: a write to a page that is " + page.prot;
        }
        return value == null ? null : mustRead(page, value);
    }

    private @Nullable String uffd(Line line, ShadowProcess process) {
        if (line.region == null) {
            return null;
        }
        for (ShadowPage page : process.in(line.start(3), line.end(3))) {
            boolean mayFill = (line.word(1).equals("register") && line.word(5).contains("missing"))
                    || line.word(1).equals("copy") || line.word(1).equals("zeropage");
            // a thread fills what is missing, with what it likes
            page.unknown |= mayFill;
        }
        return null;
    }

    private @Nullable String remote(Line line) {
        ShadowProcess target = processes.getOrDefault(line.word(4), processes.get(line.process));
        if (target == null || line.region == null || !line.succeeded()) {
            return null;
        }
        ShadowPage page = target.pages.get(line.start(2));
        Integer value = line.played.value();
        if (page == null) {
            return guessing ? null : line.word(0) + " where nothing is mapped";
        }
        if (line.word(0).endsWith("write")) {
            page.write((int) line.number(3));
            return null;
        }
        return value == null ? null : mustRead(page, value);
    }
}
