package io.mmulab.conformance;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.IntFunction;

import io.mmulab.conformance.TracedCalls.TracedCall;
import io.mmulab.kernel.event.Tracepoint;
import io.mmulab.kernel.proc.PteLetters;

/**
 * The calls that a machine made, in the form of a recording's events. What a recording drops as {@code outside} is dropped
 * here by the same rules: what belongs to addresses that are neither the script's nor the whole address space.
 */
final class ActualEvents {
    private static final long GUEST_DATA = 0x40000000L;
    private static final long GUEST_PAGES = 0x10000;
    private static final int PAGE_SHIFT = 12;
    private static final Map<Integer, String> FAULT_RESULTS = faultResults();

    private final Places places;
    private final PteLetters letters;
    private final IntFunction<String> processes;
    private final List<Event> events = new ArrayList<>();
    private final Deque<Boolean> openFaults = new ArrayDeque<>();
    private final Deque<String> openUpgrades = new ArrayDeque<>();
    private boolean afterFlush;

    private ActualEvents(Places places, PteLetters letters, IntFunction<String> processes) {
        this.places = places;
        this.letters = letters;
        this.processes = processes;
    }

    /**
     * Translates them.
     *
     * @param processes name of the process that an address space belongs to
     */
    static List<Event> of(List<TracedCall> calls, Places places, PteLetters letters,
            IntFunction<String> processes) {
        ActualEvents result = new ActualEvents(places, letters, processes);
        for (TracedCall call : calls) {
            boolean flush = call.point() == Tracepoint.FLUSH_TLB_MM_RANGE && result.isOurs(call);
            result.add(call);
            result.afterFlush = flush;
        }
        return result.events;
    }

    private static Map<Integer, String> faultResults() {
        Map<Integer, String> names = new LinkedHashMap<>();
        names.put(0x1, "OOM");
        names.put(0x2, "SIGBUS");
        names.put(0x4, "MAJOR");
        names.put(0x8, "WRITE");
        names.put(0x10, "HWPOISON");
        names.put(0x20, "HWPOISON_LARGE");
        names.put(0x40, "SIGSEGV");
        names.put(0x100, "NOPAGE");
        names.put(0x200, "LOCKED");
        names.put(0x400, "RETRY");
        names.put(0x800, "FALLBACK");
        names.put(0x1000, "DONE_COW");
        names.put(0x2000, "NEEDDSYNC");
        names.put(0x4000, "COMPLETED");
        return names;
    }

    private void add(TracedCall call) {
        switch (call.point()) {
            case HANDLE_MM_FAULT -> fault(call);
            case HANDLE_MM_FAULT_RET -> faultReturned(call);
            case PTEP_SET_ACCESS_FLAGS, PMDP_SET_ACCESS_FLAGS, HUGE_PTEP_SET_ACCESS_FLAGS -> upgrade(call);
            case SET_ACCESS_FLAGS_RET -> upgradeReturned(call);
            case MN_START, MN_END, MN_ONLY_END -> window(call);
            case MN_REGISTER, MN_RELEASE -> put(call.point().label(), "mm", processes.apply(call.mm()));
            case MN_SECONDARY_TLBS, FLUSH_TLB_MM_RANGE -> rangeOfMm(call);
            case MN_CLEAR_FLUSH_YOUNG, MN_CLEAR_YOUNG, MN_TEST_YOUNG -> aged(call);
            case MN_YOUNG_RET -> agedReturned(call);
            case MN_CHANGE_PTE -> addressOfMm(call);
            case TLB_FLUSH -> flushed(call);
            case TLBI -> instruction(call);
            case TLB_CALL -> flushCall(call);
            default -> secondStage(call);
        }
    }

    private boolean isOurs(TracedCall call) {
        return isOurs(call.start(), call.end());
    }

    private boolean isOurs(long start, long end) {
        return Places.isAll(start, end) || places.inWindow(start, end);
    }

    private void put(String name, String... attributes) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < attributes.length; i += 2) {
            map.put(attributes[i], attributes[i + 1]);
        }
        events.add(new Event(name, map));
    }

    private void fault(TracedCall call) {
        boolean ours = isOurs(call.start(), call.start() + 1);
        openFaults.push(ours);
        if (ours) {
            StringJoiner access = new StringJoiner("|");
            EventNames.ACCESS_FLAGS.forEach((name, bit) -> {
                if ((call.value() & bit) != 0) {
                    access.add(name);
                }
            });
            put("hmf", "address", places.address(call.start()), "access", access.toString(), "mm",
                    processes.apply(call.mm()));
        }
    }

    private void faultReturned(TracedCall call) {
        if (Boolean.TRUE.equals(openFaults.poll())) {
            StringJoiner result = new StringJoiner("|");
            FAULT_RESULTS.forEach((bit, name) -> {
                if ((call.value() & bit) != 0) {
                    result.add(name);
                }
            });
            put("hmf_ret", "ret", result.length() == 0 ? "0" : result.toString());
        }
    }

    private void upgrade(TracedCall call) {
        boolean ours = isOurs(call.start(), call.start() + 1);
        openUpgrades.push(ours ? call.point().label() : "");
        if (!ours) {
            return;
        }
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("address", places.address(call.start()));
        attributes.put("dirty", call.detail().equals("dirty") ? "1" : "0");
        if (call.point() != Tracepoint.HUGE_PTEP_SET_ACCESS_FLAGS) {
            attributes.put("entry", letters.of(call.value()));
        }
        attributes.put("mm", processes.apply(call.mm()));
        events.add(new Event(call.point().label(), attributes));
    }

    private void upgradeReturned(TracedCall call) {
        String open = openUpgrades.poll();
        if (open != null && !open.isEmpty()) {
            put(open + "_ret", "ret", Long.toString(call.value()));
        }
    }

    private void window(TracedCall call) {
        if (!isOurs(call)) {
            return;
        }
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("range", places.range(call.start(), call.end()));
        attributes.put("event", call.detail());
        attributes.put("flags", Long.toString(call.value()));
        if (call.point() == Tracepoint.MN_ONLY_END) {
            attributes.put("only_end", "1");
        }
        attributes.put("mm", processes.apply(call.mm()));
        events.add(new Event(call.point() == Tracepoint.MN_START ? "mn_start" : "mn_end", attributes));
    }

    private void rangeOfMm(TracedCall call) {
        if (isOurs(call)) {
            put(call.point().label(), "range", places.range(call.start(), call.end()), "mm",
                    processes.apply(call.mm()));
        }
    }

    private void aged(TracedCall call) {
        if (call.point() == Tracepoint.MN_TEST_YOUNG) {
            addressOfMm(call);
        } else {
            rangeOfMm(call);
        }
    }

    private void agedReturned(TracedCall call) {
        if (!isOurs(call)) {
            return;
        }
        int i = events.size() - 1;
        while (!EventNames.returns(events.get(i).name())) {
            i--;
        }
        Map<String, String> attributes = new LinkedHashMap<>(events.get(i).attributes());
        attributes.put("ret", Long.toString(call.value()));
        events.set(i, new Event(events.get(i).name(), attributes));
    }

    private void addressOfMm(TracedCall call) {
        if (isOurs(call.start(), call.start() + 1)) {
            put(call.point().label(), "address", places.address(call.start()), "mm", processes.apply(call.mm()));
        }
    }

    /** Only the flush that follows a kept request is kept. */
    private void flushed(TracedCall call) {
        if (afterFlush) {
            put("tlb_flush", "pages", Long.toString(call.value()));
        }
    }

    private void instruction(TracedCall call) {
        if (isOurs(call)) {
            put("tlbi", "op", EventNames.flush(call.detail()), "range", places.range(call.start(), call.end()));
        }
    }

    private void flushCall(TracedCall call) {
        String function = EventNames.flush(call.detail());
        boolean all = Places.isAll(call.start(), call.end());
        boolean deferred = function.equals("set_tlb_ubc_flush_pending") || function.equals("arch_tlbbatch_add_pending");
        if (deferred) {
            if (Places.inArena(call.start(), call.start() + 1)) {
                put("tlb_call", "fn", function, "address", places.address(call.start()));
            }
        } else if (all || (function.equals("tlb_flush") ? isOurs(call)
                : Places.inArena(call.start(), call.end()))) {
            put("tlb_call", "fn", function, "range", places.range(call.start(), call.end()));
        }
    }

    private void secondStage(TracedCall call) {
        switch (call.point()) {
            case KVM_UNMAP_HVA_RANGE, KVM_AGE_HVA -> {
                if (isOurs(call)) {
                    put(call.point().label(), "range", places.range(call.start(), call.end()));
                }
            }
            case KVM_SET_SPTE_HVA, KVM_TEST_AGE_HVA -> {
                if (isOurs(call.start(), call.start() + 1)) {
                    put(call.point().label(), "address", places.address(call.start()));
                }
            }
            default -> guest(call);
        }
    }

    private void guest(TracedCall call) {
        long page = (call.start() - GUEST_DATA) >> PAGE_SHIFT;
        if (page < 0 || page >= GUEST_PAGES) {
            return;
        }
        String label = call.point().label();
        String gfn = Long.toString(page);
        String count = Long.toString((call.end() - call.start()) >> PAGE_SHIFT);
        switch (call.point()) {
            case KVM_PAGE_FAULT, KVM_GUEST_FAULT -> put(label, "gfn", gfn, "err", call.detail());
            case KVM_TDP_MMU_SPTE_CHANGED -> {
                String[] parts = call.detail().split(" ", -1);
                put(label, "gfn", gfn, "level", parts[0], "old", parts.length > 1 ? parts[1] : "", "new",
                        parts.length > 2 ? parts[2] : "", "same_pfn", call.value() != 0 ? "true" : "false");
            }
            case KVM_STAGE2_MAP -> put(label, "gfn", gfn, "n", count, "prot", prot(call.value()));
            case KVM_STAGE2_UNMAP, KVM_STAGE2_WRPROTECT -> put(label, "gfn", gfn, "n", count);
            case KVM_STAGE2_RELAX_PERMS -> put(label, "gfn", gfn, "prot", prot(call.value()));
            case KVM_STAGE2_MKOLD -> put(label, "gfn", gfn);
            default -> throw new IllegalArgumentException("not translated: " + call.point());
        }
    }

    /** R 1, W 2, X 4. */
    private static String prot(long value) {
        return ((value & 1) != 0 ? "r" : "") + ((value & 2) != 0 ? "w" : "") + ((value & 4) != 0 ? "x" : "");
    }

}
