package io.mmulab.scenario;

import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.scenario.Call.Range;

/** mmap, munmap, mprotect. */
final class MappingOps {
    private static final long BASE_PAGE = 4096;
    private static final long HUGE_PAGE = 2L << 20;
    private static final int FIRST_OPTION = 5;

    private MappingOps() {}

    /** Throws if the words after the kind are not options of mmap. */
    static void checkMmap(ScriptLine line) {
        for (int i = FIRST_OPTION; i < line.size(); i++) {
            switch (line.word(i)) {
                case "fixed", "anywhere", "populate", "noreserve", "locked", "growsdown" -> {}
                case "at" -> require(line, ++i, "at");
                case "file" -> {
                    require(line, i + 2, "file");
                    i += 2;
                }
                default -> throw new ScriptException(line.number(), "mmap: no such option: " + line.word(i));
            }
        }
    }

    private static void require(ScriptLine line, int position, String option) {
        if (position >= line.size()) {
            throw new ScriptException(line.number(), "mmap: an argument of " + option + " is missing");
        }
    }

    static Played mmap(Call call) {
        ScriptLine line = call.line();
        String kind = line.word(4);
        long pageSize = kind.startsWith("hugetlb") ? HUGE_PAGE : BASE_PAGE;
        Set<MapFlag> flags = EnumSet.noneOf(MapFlag.class);
        flags.add(kind.contains("shared") ? MapFlag.MAP_SHARED : MapFlag.MAP_PRIVATE);
        if (!kind.contains("file")) {
            flags.add(MapFlag.MAP_ANONYMOUS);
        }
        if (kind.startsWith("hugetlb")) {
            flags.add(MapFlag.MAP_HUGETLB);
        }
        if (line.has("locked", FIRST_OPTION)) {
            flags.add(MapFlag.MAP_LOCKED);
        }
        if (line.has("populate", FIRST_OPTION)) {
            flags.add(MapFlag.MAP_POPULATE);
        }
        if (line.has("noreserve", FIRST_OPTION)) {
            flags.add(MapFlag.MAP_NORESERVE);
        }
        if (line.has("growsdown", FIRST_OPTION)) {
            flags.add(MapFlag.MAP_GROWSDOWN);
        }
        long address = address(call, flags);
        String file = null;
        long offset = 0;
        int at = line.words().indexOf("file");
        if (at >= FIRST_OPTION) {
            file = call.player().pathOf(line.word(at + 1));
            offset = call.number(at + 2) * pageSize;
        }
        long length = call.number(2) * pageSize;
        if (file == null && kind.contains("file")) {
            return failed(call, "EBADF", address, length, pageSize);
        }
        Outcome outcome = call.apply(
                new Operation.Mmap(call.mm(), address, length, prot(line.word(3)), flags, file, offset));
        if (outcome.error() != null) {
            return failed(call, outcome.error(), address, length, pageSize);
        }
        call.process().places().put(new Region(line.word(1), outcome.result(), length, pageSize));
        return Played.of(outcome.result());
    }

    /** Where to map, and the flag that says how firmly. */
    private static long address(Call call, Set<MapFlag> flags) {
        ScriptLine line = call.line();
        int at = line.words().indexOf("at");
        long address = at >= FIRST_OPTION ? call.process().places().resolve(line.word(at + 1)) : 0;
        boolean fixed = line.has("fixed", FIRST_OPTION);
        if (address == 0 && line.has("anywhere", FIRST_OPTION)) {
            address = call.player().recordedPlace();
        } else if (address == 0) {
            address = call.player().nextPlace();
        }
        if (address != 0) {
            flags.add(fixed ? MapFlag.MAP_FIXED : MapFlag.MAP_FIXED_NOREPLACE);
        }
        return address;
    }

    private static Played failed(Call call, String error, long address, long length, long pageSize) {
        if (address != 0) {
            call.player().namePlace(call.process(), new Region(call.word(1), address, length, pageSize));
        }
        return Played.failed(error);
    }

    static Played munmap(Call call) {
        Range range = call.range(1);
        return range == null ? Played.refused("no region")
                : call.syscall(new Operation.Munmap(call.mm(), range.start(), range.length()));
    }

    /** As munmap, exact to the byte. */
    static Played munmapBytes(Call call) {
        Region region = call.region(1);
        return region == null ? call.crash()
                : call.syscall(new Operation.Munmap(call.mm(), region.base() + call.number(2), call.number(3)));
    }

    static Played mprotect(Call call) {
        Range range = call.range(1);
        return range == null ? Played.refused("no region")
                : call.syscall(
                        new Operation.Mprotect(call.mm(), range.start(), range.length(), prot(call.word(4))));
    }

    /** As mprotect, exact to the byte. */
    static Played mprotectBytes(Call call) {
        Region region = call.region(1);
        return region == null ? call.crash()
                : call.syscall(new Operation.Mprotect(call.mm(), region.base() + call.number(2), call.number(3),
                        prot(call.word(4))));
    }

    static Set<Prot> prot(@Nullable String word) {
        Set<Prot> result = EnumSet.noneOf(Prot.class);
        if (word == null || word.equals("none")) {
            return result;
        }
        for (int i = 0; i < word.length(); i++) {
            result.add(switch (word.charAt(i)) {
                case 'r' -> Prot.PROT_READ;
                case 'w' -> Prot.PROT_WRITE;
                default -> Prot.PROT_EXEC;
            });
        }
        return result;
    }
}
