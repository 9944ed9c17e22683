package io.mmulab.invariant;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns steps into the lines of a script. Every line names processes, regions and files that are there, whichever steps are
 * left out, so that most lines do something and a script can be shortened from anywhere.
 */
final class ScriptWriter {
    private static final int MAX_PROCESSES = 6;
    private static final int MAX_REGIONS = 10;
    private static final String[] PROTS = {"rw", "r", "none", "rw", "rwx", "rw", "rx", "w", "r", "rw"};
    private static final String[] ADVICE = {"dontneed", "free", "cold", "pageout", "willneed", "populate_read",
        "populate_write", "dontneed_locked", "remove", "collapse", "hugepage", "nohugepage", "mergeable",
        "unmergeable", "dontfork", "dofork", "wipeonfork", "keeponfork", "dontdump", "dodump", "normal", "random",
        "sequential", "guard_install", "guard_remove"};

    /** What a region's name stands for. */
    private record Known(String name, int pages, boolean huge) {}

    private final List<String> lines = new ArrayList<>();
    private final Map<String, Map<String, Known>> regions = new LinkedHashMap<>();
    private final Map<String, String> parents = new HashMap<>();
    private final List<String> born = new ArrayList<>();
    private int names;
    private int slots;
    private int value;

    private ScriptWriter() {
        born.add("P");
        regions.put("P", new LinkedHashMap<>());
        lines.add("config drain on");
        lines.add("file t 12 tmpfs");
        lines.add("file e 12 ext");
        lines.add("file n 6 ext nocache");
        lines.add("memfd m 8");
    }

    /** The script, one line a step at most. */
    static List<String> lines(List<Step> steps) {
        ScriptWriter writer = new ScriptWriter();
        for (Step step : steps) {
            writer.step(step);
        }
        return writer.lines;
    }

    private void step(Step step) {
        List<String> alive = List.copyOf(regions.keySet());
        if (alive.isEmpty()) {
            return;
        }
        String process = alive.get(Math.floorMod(step.process(), alive.size()));
        Map<String, Known> known = regions.get(process);
        if (known == null || known.isEmpty()) {
            mmap(step, process, new LinkedHashMap<>());
            return;
        }
        Known region = List.copyOf(known.values()).get(Math.floorMod(step.region(), known.size()));
        operation(step, process, known, region);
    }

    private void operation(Step step, String process, Map<String, Known> known, Known region) {
        int page = Math.floorMod(step.page(), region.pages + 1) - (step.extra() % 13 == 12 ? 1 : 0);
        int count = 1 + Math.floorMod(step.count(), Math.max(1, region.pages - Math.max(0, page)));
        String at = region.name + " " + page;
        String range = at + " " + count;
        int extra = step.extra();
        int kind = Math.floorMod(step.operation(), 100);
        if (kind < 22) {
            say(process, "write " + at + " " + nextValue());
        } else if (kind < 34) {
            say(process, "read " + (extra % 3 == 0 ? range : at));
        } else if (kind < 36) {
            say(process, "rmw " + at);
        } else if (kind < 44) {
            mmap(step, process, known);
        } else if (kind < 49) {
            say(process, "munmap " + range);
        } else if (kind < 56) {
            say(process, "mprotect " + range + " " + PROTS[Math.floorMod(extra, PROTS.length)]);
        } else if (kind < 66) {
            say(process, "madvise " + range + " " + ADVICE[Math.floorMod(extra, ADVICE.length)]);
        } else if (kind < 71) {
            mremap(step, process, known, region, range);
        } else if (kind < 75) {
            fork(process);
        } else if (kind < 77) {
            end(process, extra);
        } else if (kind < 82) {
            file(step);
        } else if (kind < 88) {
            kvm(step, process, range);
        } else if (kind < 91) {
            say(process, Step.pick(extra, "mlock ", "munlock ", "mlock2 ") + range);
        } else if (kind < 93) {
            say(process, "msync " + range + " " + Step.pick(extra, "sync", "async", "invalidate"));
        } else {
            rare(step, process, at, range);
        }
    }

    private void rare(Step step, String process, String at, String range) {
        int extra = step.extra();
        String other = born.get(Math.floorMod(step.count(), born.size()));
        switch (Math.floorMod(extra, 15)) {
            case 0 -> say(process, "move_pages " + range + " " + extra / 15 % 2);
            case 1 -> say(process, "mbind " + range + " " + extra / 15 % 2);
            case 2 -> say(process, "clear_refs " + Step.pick(extra / 15, "4", "1", "3", "2"));
            case 3 -> say(process, "memwrite " + at + " " + nextValue() + " " + process);
            case 4 -> say(process, "memread " + at + " 0 " + process);
            case 5 -> say(process, "pvm_write " + at + " " + nextValue() + " " + other);
            case 6 -> say(process, "pvm_read " + at + " 0 " + other);
            case 7 -> say(process, "pin " + range);
            case 8 -> say(process, "unpin");
            case 9 -> say("P", "ksm scan");
            case 10, 11 -> uffd(extra / 15, process, at, range);
            case 12 -> say("P", Step.pick(extra / 15, "config thp always", "config thp madvise", "config thp never",
                    "config mthp 64 always", "config mthp 64 never", "config shmem_thp always",
                    "config shmem_thp never"));
            case 13 -> say("P", Step.pick(extra / 15, "config swap on", "config swap off", "config hugepages 4",
                    "config hugepages 0", "config hugepages 8", "config fault_around 4096",
                    "config fault_around 65536", "config drop_caches 1"));
            default -> say(process, Step.pick(extra / 15, "mlockall", "prctl_thp_disable", "nop"));
        }
    }

    private void uffd(int extra, String process, String at, String range) {
        say(process, switch (Math.floorMod(extra, 7)) {
            case 0 -> "uffd open " + Step.pick(extra / 7, "0", "0x2000");
            case 1 -> "uffd register " + range + " " + Step.pick(extra / 7, "wp", "missing", "missing|wp");
            case 2 -> "uffd wp " + range + " on";
            case 3 -> "uffd wp " + range + " off";
            case 4 -> "uffd copy " + at + " 1";
            case 5 -> "uffd zeropage " + at + " 1";
            default -> "uffd unregister " + range;
        });
    }

    private void mmap(Step step, String process, Map<String, Known> known) {
        if (known.size() >= MAX_REGIONS) {
            return;
        }
        int extra = step.extra();
        int form = Math.floorMod(step.page(), 16);
        boolean huge = form == 15;
        boolean big = form == 14;
        int pages = huge ? 1 + Math.floorMod(step.count(), 3)
                : big ? 512 * (1 + Math.floorMod(step.count(), 3)) : 1 + Math.floorMod(step.count(), 12);
        String kind = huge ? Step.pick(extra, "hugetlb-private", "hugetlb-shared")
                : Step.pick(form, "private-anon", "private-anon", "shared-anon", "private-file", "shared-file",
                        "private-anon", "private-anon");
        String name = "R" + ++names;
        StringBuilder line = new StringBuilder("mmap " + name + " " + pages + " "
                + PROTS[extra % 3 == 0 ? Math.floorMod(extra / 3, PROTS.length) : 0] + " " + kind);
        if (!known.isEmpty() && !huge && extra % 5 < 3) {
            Known near = List.copyOf(known.values()).get(Math.floorMod(step.region(), known.size()));
            if (!near.huge) {
                int offset = extra % 5 == 0 ? near.pages : extra % 5 == 1 ? -pages : Math.floorMod(extra / 5, 4);
                line.append(" at ").append(near.name).append(offset < 0 ? "" : "+").append(offset);
                line.append(extra % 5 == 2 ? " fixed" : "");
            }
        }
        line.append(Step.pick(extra / 7, "", "", "", "", " populate", " noreserve", " locked"));
        if (kind.endsWith("file")) {
            line.append(" file ").append(Step.pick(extra / 11, "t", "e", "n", "m")).append(' ').append(extra / 44 % 4);
        }
        say(process, line.toString());
        Map<String, Known> of = regions.get(process);
        if (of != null) {
            of.put(name, new Known(name, pages, huge));
        }
    }

    private void mremap(Step step, String process, Map<String, Known> known, Known region, String range) {
        int extra = step.extra();
        int pages = 1 + Math.floorMod(step.operation() / 100, 12);
        String line = "mremap " + range + " " + pages;
        switch (Math.floorMod(extra, 6)) {
            case 0 -> say(process, line);
            case 1 -> say(process, line + " maymove");
            case 2, 3 -> {
                String name = "R" + ++names;
                say(process, line + " to new as " + name);
                known.put(name, new Known(name, pages, region.huge));
            }
            case 4 -> {
                Known target = List.copyOf(known.values()).get(Math.floorMod(extra / 6, known.size()));
                String name = "R" + ++names;
                say(process, line + " to " + target.name + "+" + extra / 36 % 4 + " as " + name);
                known.put(name, new Known(name, pages, region.huge));
            }
            default -> {
                String name = "R" + ++names;
                int same = Integer.parseInt(range.substring(range.lastIndexOf(' ') + 1));
                say(process, "mremap " + range + " " + same + " to new dontunmap as " + name);
                known.put(name, new Known(name, same, region.huge));
            }
        }
        while (known.size() > MAX_REGIONS) {
            known.remove(known.keySet().iterator().next());
        }
    }

    private void fork(String process) {
        if (born.size() == MAX_PROCESSES) {
            return;
        }
        String child = "C" + born.size();
        say(process, "fork " + child);
        born.add(child);
        Map<String, Known> inherited = regions.get(process);
        regions.put(child, new LinkedHashMap<>(inherited == null ? Map.of() : inherited));
        parents.put(child, process);
    }

    /** The children of a process of the driver end with it, so only one without any is ended. */
    private void end(String process, int extra) {
        boolean hasChildren = regions.keySet().stream().anyMatch(other -> process.equals(parents.get(other)));
        if (regions.size() > 1 && !hasChildren) {
            lines.add(extra % 4 == 3 ? "execve " + process : "exit " + process);
            regions.remove(process);
        }
    }

    private void file(Step step) {
        String file = Step.pick(step.region(), "t", "e", "m", "n");
        int page = Math.floorMod(step.page(), 12);
        String line = switch (Math.floorMod(step.extra(), 6)) {
            case 0 -> "truncate " + file + " " + page;
            case 1 -> "punch " + file + " " + page + " " + (1 + Math.floorMod(step.count(), 4));
            case 2 -> "fsync " + file;
            case 3, 4 -> "pwrite " + file + " " + page + " " + nextValue();
            default -> "pread " + file + " " + page;
        };
        say(List.copyOf(regions.keySet()).getFirst(), line);
    }

    private void kvm(Step step, String process, String range) {
        int guest = Math.floorMod(step.page(), 8);
        switch (Math.floorMod(step.extra(), 12)) {
            case 0, 1 -> say(process, "kvm attach");
            case 2, 3, 4 -> say(process,
                    "kvm slot " + range + " " + 8 * slots++ + Step.pick(step.extra() / 12, "", "", "", " ro", " log"));
            case 5 -> say(process, "kvm unslot " + Math.floorMod(step.count(), slots + 1));
            case 6, 7, 8 -> say(process, "kvm gread " + (8 * Math.floorMod(step.count(), slots + 1) + guest));
            case 9, 10 -> say(process,
                    "kvm gwrite " + (8 * Math.floorMod(step.count(), slots + 1) + guest) + " " + nextValue());
            default -> say(process, "kvm close");
        }
    }

    /** Values tell writes apart. */
    private int nextValue() {
        value = value % 250 + 1;
        return value;
    }

    private void say(String process, String line) {
        lines.add(process.equals("P") ? line : "in " + process + " " + line);
    }
}
