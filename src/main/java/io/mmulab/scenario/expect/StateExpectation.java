package io.mmulab.scenario.expect;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.hugetlb.Hstate;
import io.mmulab.kernel.machine.Outcome.Signal;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.proc.PageView;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;
import io.mmulab.scenario.Played;
import io.mmulab.scenario.Region;
import io.mmulab.scenario.ScriptException;

/** What must be so of the state after a line, or of how the line failed: {@code page A 3 present rw}, {@code EINVAL}. */
final class StateExpectation {
    private static final Set<String> VERBS = Set.of("val", "mmio", "vmas", "page", "same", "differ", "pool");
    private static final String IN = "in";

    private final Evidence evidence;
    private final Played played;
    private final String process;
    private final List<String> words;

    StateExpectation(Evidence evidence, Played played, List<String> words) {
        this.evidence = evidence;
        this.played = played;
        boolean named = words.getFirst().equals(IN);
        this.process = named ? words.get(1) : "P";
        this.words = named ? words.subList(2, words.size()) : words;
    }

    /** Whether words are of this kind. */
    static boolean isOne(List<String> words) {
        String first = words.getFirst();
        return VERBS.contains(first) || first.equals(IN) || isFailure(first);
    }

    /** Throws if words of this kind are too few. */
    static void check(int line, List<String> words) {
        boolean named = words.getFirst().equals(IN);
        List<String> rest = named ? words.subList(Math.min(2, words.size()), words.size()) : words;
        int least = rest.isEmpty() ? 1 : switch (rest.getFirst()) {
            case "val" -> 2;
            case "vmas" -> 2;
            case "page" -> 4;
            case "pool" -> 5;
            case "same", "differ" -> rest.contains("=") ? 6 : Integer.MAX_VALUE;
            default -> 1;
        };
        if (rest.size() < least || (named && !VERBS.contains(rest.getFirst()))) {
            throw new ScriptException(line, "the expectation is not complete: " + String.join(" ", words));
        }
    }

    /** Whether words say that the line fails, and how. */
    static boolean isAboutFailure(List<String> words) {
        return isFailure(words.getFirst());
    }

    private static boolean isFailure(String word) {
        return word.equals("mmio") || word.startsWith("SIG") || word.matches("E[A-Z0-9]+");
    }

    /** How it is broken, or null. */
    @Nullable
    String broken() {
        return switch (words.getFirst()) {
            case "val" -> same(words.get(1), String.valueOf(played.value()));
            case "mmio" -> played.note().contains("MMIO") ? null : "note is " + played.note();
            case "pool" -> same(rest(1), pool());
            case "vmas" -> same(rest(2), vmas(words.get(1)));
            case "page" -> page();
            case "same", "differ" -> sameFrame();
            default -> words.getFirst().startsWith("SIG") ? signal() : same(words.getFirst(),
                    String.valueOf(played.error()));
        };
    }

    private static @Nullable String same(String expected, String is) {
        return expected.equals(is) ? null : "is " + is;
    }

    private String rest(int from) {
        return String.join(" ", words.subList(from, words.size()));
    }

    private @Nullable String signal() {
        Signal signal = played.signal();
        boolean fits = signal != null && signal.name().equals(words.getFirst())
                && (words.size() < 2 || signal.code().contains(words.get(1)));
        return fits ? null : "is " + (signal == null ? "error " + played.error() : signal);
    }

    private String pool() {
        Hstate pool = evidence.machine().hugetlb().pools().defaultPool();
        return pool.total() + " " + pool.free() + " " + pool.reserved() + " " + pool.surplus();
    }

    private String vmas(String name) {
        Region region = evidence.region(process, name);
        AddressSpace mm = evidence.mm(process);
        List<String> found = new ArrayList<>();
        for (int i = 0; i < mm.vmas().size(); i++) {
            Vma vma = mm.vmas().at(i);
            if (vma.start() < region.base() + region.length() && vma.end() > region.base()) {
                found.add((vma.start() - region.base()) / region.pageSize() + "-"
                        + (vma.end() - region.base()) / region.pageSize() + ":" + rights(vma));
            }
        }
        return String.join(" ", found);
    }

    private static String rights(Vma vma) {
        String rights = (vma.has(VmFlags.READ) ? "r" : "") + (vma.has(VmFlags.WRITE) ? "w" : "")
                + (vma.has(VmFlags.EXEC) ? "x" : "");
        return rights.isEmpty() ? "none" : rights;
    }

    private static long number(String word) {
        if (!word.matches("-?[0-9]{1,9}")) {
            throw new IllegalArgumentException("not a number: " + word);
        }
        return Long.parseLong(word);
    }

    private @Nullable String page() {
        PageView page = page(process, words.get(1), words.get(2));
        List<String> not = new ArrayList<>();
        for (String word : words.subList(3, words.size())) {
            boolean negated = word.startsWith("!");
            if (is(page, negated ? word.substring(1) : word) == negated) {
                not.add(word);
            }
        }
        return not.isEmpty() ? null : "not " + not + ": " + page;
    }

    private static boolean is(PageView page, String word) {
        return switch (word) {
            case "none" -> !page.present() && !page.swap();
            case "present" -> page.present();
            case "zero" -> page.zero();
            case "swap" -> page.swap();
            case "huge" -> page.level() > 0;
            case "rw" -> page.present() && Pte.write(page.pte());
            case "ro" -> page.present() && !Pte.write(page.pte());
            case "dirty" -> page.present() && Pte.dirty(page.pte());
            case "clean" -> page.present() && !Pte.dirty(page.pte());
            case "ae" -> page.anonExclusive();
            case "sd" -> page.softDirty();
            default -> {
                if (!word.startsWith("map=")) {
                    throw new IllegalArgumentException("no such word: " + word);
                }
                yield page.mapcount() == number(word.substring(4));
            }
        };
    }

    private @Nullable String sameFrame() {
        int equals = words.indexOf("=");
        int left = frame(words.subList(1, equals));
        int right = frame(words.subList(equals + 1, words.size()));
        boolean fits = (left == right && left != 0) == words.getFirst().equals("same");
        return fits ? null : "frames are " + left + " and " + right;
    }

    /** {@code REGION PAGE} or {@code PROCESS REGION PAGE}. */
    private int frame(List<String> place) {
        return place.size() == 3 ? page(place.get(0), place.get(1), place.get(2)).frame()
                : page(process, place.get(0), place.get(1)).frame();
    }

    private PageView page(String of, String name, String index) {
        AddressSpace mm = evidence.mm(of);
        long address = evidence.region(of, name).page(number(index));
        Vma vma = mm.vmas().lookup(address);
        if (vma == null) {
            throw new IllegalArgumentException("nothing is mapped at page " + index + " of " + name);
        }
        return evidence.machine().pagemap().page(mm, vma, address);
    }
}
