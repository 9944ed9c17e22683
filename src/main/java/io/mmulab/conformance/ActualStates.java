package io.mmulab.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.proc.PageView;
import io.mmulab.kernel.proc.Pagemap;
import io.mmulab.kernel.proc.PteLetters;
import io.mmulab.kernel.proc.Smaps;
import io.mmulab.kernel.proc.SmapsEntry;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;
import io.mmulab.scenario.Region;
import io.mmulab.scenario.ScriptProcess;

/** Reads the state of a script's processes from a machine, as the recording driver does from {@code /proc}. */
final class ActualStates {
    private static final int MAX_PAGES_OF_VMA = 4096;
    private static final int MAX_VMAS_WITH_PAGES = 128;
    private static final int KIB = 1024;
    private static final String[] LEVELS = {"pte", "pmd", "pud"};

    private final Machine machine;
    private final Places places;
    private final Smaps smaps;
    private final Pagemap pagemap;
    private final PteLetters letters;

    ActualStates(Machine machine, Places places) {
        this.machine = machine;
        this.places = places;
        this.smaps = machine.smaps();
        this.pagemap = machine.pagemap();
        this.letters = new PteLetters(machine.spec().architecture());
    }

    ProcessState of(ScriptProcess process) {
        if (!process.isAlive()) {
            return ProcessState.DEAD;
        }
        AddressSpace mm = machine.addressSpace(process.mm());
        List<VmaState> vmas = new ArrayList<>();
        NavigableMap<Long, PageState> pages = new TreeMap<>();
        for (int i = 0; i < mm.vmas().size(); i++) {
            Vma vma = mm.vmas().at(i);
            if (isShown(process, vma)) {
                vmas.add(vma(mm, vma));
                if (vmas.size() <= MAX_VMAS_WITH_PAGES) {
                    addPages(pages, mm, vma);
                }
            }
        }
        return new ProcessState(true, vmas, pages);
    }

    private static boolean isShown(ScriptProcess process, Vma vma) {
        if (Places.inArena(vma.start(), vma.start() + 1)) {
            return true;
        }
        for (Region region : process.regions()) {
            if (vma.start() < region.base() + region.length() && vma.end() > region.base()) {
                return true;
            }
        }
        return false;
    }

    private VmaState vma(AddressSpace mm, Vma vma) {
        SmapsEntry entry = smaps.entry(mm, vma);
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("range", places.range(vma.start(), vma.end()));
        attributes.put("perm", (vma.has(VmFlags.READ) ? "r" : "-") + (vma.has(VmFlags.WRITE) ? "w" : "-")
                + (vma.has(VmFlags.EXEC) ? "x" : "-") + (vma.has(VmFlags.MAYSHARE) ? "s" : "p"));
        long offset = vma.file() == null ? 0 : vma.pgoff() * mm.pageSize();
        attributes.put("off", "0x" + Long.toHexString(offset));
        attributes.put("file", vma.file() == null ? "" : vma.file().name());
        attributes.put("flags", entry.vmFlags());
        attributes.put("thpe", entry.thpEligible() ? "1" : "0");
        entry.counters().forEach((name, bytes) -> {
            if (bytes >= KIB && NotClaimed.isCompared(name)) {
                attributes.put("kb." + name, Long.toString(bytes / KIB));
            }
        });
        return new VmaState(vma.start(), vma.end(), attributes);
    }

    private void addPages(NavigableMap<Long, PageState> pages, AddressSpace mm, Vma vma) {
        long end = Math.min(vma.end(), vma.start() + MAX_PAGES_OF_VMA * mm.pageSize());
        for (long at = vma.start(); at < end; at += mm.pageSize()) {
            PageState page = page(pagemap.page(mm, vma, at));
            if (!page.equals(PageState.NOTHING)) {
                pages.put(at, page);
            }
        }
    }

    private PageState page(PageView view) {
        if (!view.present()) {
            boolean marker = (Pte.isMarker(view.pte()) || Pte.isHwpoison(view.pte())) && !view.swap();
            return new PageState(PageState.ABSENT, marker ? "marker" : "", -1, false, false, false, view.swap(),
                    view.softDirty(), view.uffdWp(), view.guard(), 0);
        }
        return new PageState(LEVELS[view.level()], letters.of(view.pte()), view.zero() ? -1 : view.mapcount(),
                view.exclusive(), view.anonExclusive(), view.file(), view.swap(), view.softDirty(), view.uffdWp(),
                view.guard(), view.zero() ? PageState.ZERO_PAGE : view.frame());
    }
}
