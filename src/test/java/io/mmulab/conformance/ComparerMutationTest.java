package io.mmulab.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import io.mmulab.conformance.Comparer.Finding;

/**
 * The comparison itself: a recording equals itself, and a recording that was changed in one place differs in that place and
 * nowhere else. The changes are tried on each kind of field, in recordings of all kernels where the field occurs.
 */
class ComparerMutationTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    /** Places tried of each kind and kernel. */
    private static final int TRIED = 3;

    /**
     * A kind of change.
     *
     * @param field what the one difference must be about
     */
    record Mutation(String field, String name, Mutator mutator) {
        @Override
        public String toString() {
            return field + ": " + name;
        }
    }

    /** Changes an operation of a recording in one place; false if it has no such place. */
    interface Mutator {
        boolean change(ObjectNode operation);
    }

    static Stream<Mutation> mutations() {
        List<Mutation> all = new ArrayList<>();
        all.add(new Mutation("ret", "number", node -> replace(node, "ret", node.path("ret").isInt(), 7)));
        all.add(new Mutation("ret", "name of an address",
                node -> node.has("raw") && change(node, "ret", ComparerMutationTest::nextPage)));
        all.add(new Mutation("ret", "address", node -> node.has("raw") && change(node, "raw", text -> "0x123456000")));
        all.add(new Mutation("errno", "other", node -> change(node, "errno", text -> "EPERM")));
        all.add(new Mutation("errno", "gone", node -> node.remove("errno") != null));
        all.add(new Mutation("errno", "new", node -> !node.has("errno") && put(node, "errno", "ENOMEM")));
        for (String key : List.of("sig", "code", "raw", "addr")) {
            all.add(new Mutation("signal", key, node -> node.has("signal")
                    && change((ObjectNode) node.get("signal"), key,
                            text -> text.startsWith("0x") ? "0x7000" : "B+77")));
        }
        all.add(new Mutation("val", "other", node -> replace(node, "val", node.has("val"), 251)));
        all.add(new Mutation("uffd", "count", node -> change(node, "uffd", text -> "3" + text.substring(1))));
        all.add(new Mutation("note", "status", node -> node.path("op").asString().startsWith("move_pages")
                && change(node, "note", text -> "status=-22,")));
        for (String key : List.of("total", "free", "rsvd", "surp")) {
            all.add(new Mutation("hugepages." + key, "count",
                    node -> node.has("hugepages")
                            && replace((ObjectNode) node.get("hugepages"), key, true, 9)));
        }
        events(all);
        vmas(all);
        pages(all);
        return all.stream();
    }

    private static void events(List<Mutation> all) {
        all.add(attribute("hmf.address", "hmf", "a", ComparerMutationTest::nextPage));
        all.add(attribute("hmf.address", "hmf", "raw", ComparerMutationTest::farAway));
        all.add(attribute("hmf.access", "hmf", "flags",
                text -> text.startsWith("WRITE|") ? text.substring(6) : "WRITE|" + text));
        all.add(attribute("hmf.access", "hmf", "flags", text -> text + "|UNSHARE"));
        all.add(attribute("hmf.mm", "hmf", "mm", text -> "Z"));
        all.add(attribute("hmf_ret.ret", "hmf_ret", "ret", text -> "OOM"));
        for (String name : List.of("mn_start", "mn_end", "mn_range", "mn_arch_inv", "mn_clear_flush_young",
                "flush_tlb_mm_range", "tlbi", "tlb_call", "kvm_unmap_hva_range", "kvm_age_hva")) {
            String field = EventNames.canonical(name) + ".range";
            all.add(attribute(field, name, "r", text -> text.equals("ALL") ? "A+0..A+1" : text + "1"));
            all.add(attribute(field, name, "raw", ComparerMutationTest::pageLonger));
        }
        for (String name : List.of("mn_start", "mn_end")) {
            all.add(attribute(name + ".event", name, "event", text -> text.equals("CLEAR") ? "UNMAP" : "CLEAR"));
            all.add(number(name + ".flags", name, "flags", 0));
        }
        all.add(new Mutation("mn_end.only_end", "toggled", node -> firstEvent(node, "mn_end",
                event -> replace(event, "only_end", event.has("only_end"), 1 - event.path("only_end").asInt()))));
        for (String name : List.of("ptep_set_access_flags", "__ptep_set_access_flags", "__ptep_set_access_flags_anysz",
                "pmdp_set_access_flags", "huge_ptep_set_access_flags")) {
            String canonical = EventNames.canonical(name);
            all.add(attribute(canonical + ".address", name, "a", ComparerMutationTest::nextPage));
            all.add(new Mutation(canonical + ".dirty", "toggled", node -> firstEvent(node, name,
                    event -> replace(event, "dirty", event.has("dirty"), 1 - event.path("dirty").asInt()))));
            if (!name.startsWith("huge")) {
                all.add(attribute(canonical + ".entry", name, "entry", text -> text + "X"));
            }
            all.add(new Mutation(canonical + "_ret.ret", "toggled", node -> firstEvent(node, name + "_ret",
                    event -> replace(event, "ret", true, 1 - event.path("ret").asInt()))));
        }
        all.add(number("tlb_flush.pages", "tlb_flush", "pages", 77));
        all.add(attribute("tlbi.op", "tlbi", "op", text -> "vmalle1"));
        all.add(attribute("tlb_call.fn", "tlb_call", "fn",
                text -> text.equals("flush_tlb_mm") ? text : "flush_tlb_kernel_range"));
        all.add(attribute("tlb_call.address", "tlb_call", "a", ComparerMutationTest::nextPage));
        all.add(attribute("mn_change_pte.address", "mn_change_pte", "a", ComparerMutationTest::nextPage));
        all.add(attribute("kvm_set_spte_hva.address", "kvm_set_spte_hva", "a", ComparerMutationTest::nextPage));
        for (String name : List.of("kvm_page_fault", "kvm_guest_fault", "kvm_pgtable_stage2_map",
                "kvm_pgtable_stage2_unmap", "kvm_pgtable_stage2_relax_perms", "kvm_pgtable_stage2_mkold")) {
            all.add(number(name + ".gfn", name, "gfn", 99));
        }
        all.add(attribute("kvm_page_fault.err", "kvm_page_fault", "err", text -> text + "|RSVD"));
        all.add(attribute("kvm_guest_fault.err", "kvm_guest_fault", "err", text -> "READ access-flag"));
        for (String key : List.of("old", "new")) {
            all.add(attribute("kvm_tdp_mmu_spte_changed." + key, "kvm_tdp_mmu_spte_changed", key, text -> text + "X"));
        }
        all.add(number("kvm_tdp_mmu_spte_changed.level", "kvm_tdp_mmu_spte_changed", "level", 4));
        all.add(attribute("kvm_pgtable_stage2_map.prot", "kvm_pgtable_stage2_map", "prot", text -> "0x7"));
        all.add(attribute("kvm_pgtable_stage2_relax_perms.prot", "kvm_pgtable_stage2_relax_perms", "prot",
                text -> "0x7"));
        all.add(number("kvm_pgtable_stage2_map.n", "kvm_pgtable_stage2_map", "n", 33));
        all.add(number("kvm_pgtable_stage2_unmap.n", "kvm_pgtable_stage2_unmap", "n", 33));
        for (String name : List.of("hmf", "hmf_ret", "mn_start", "mn_end", "mn_arch_inv", "mn_range", "tlbi",
                "tlb_call",
                "flush_tlb_mm_range", "tlb_flush", "kvm_unmap_hva_range", "kvm_guest_fault", "mn_register")) {
            all.add(new Mutation("*", name + " is missing", node -> removeEvent(node, name)));
            all.add(new Mutation("*", name + " twice", node -> repeatEvent(node, name)));
        }
    }

    private static void vmas(List<Mutation> all) {
        all.add(vma("vma.range", "end", node -> change(node, "raw", ComparerMutationTest::pageLonger)));
        all.add(vma("vma.range", "name", node -> change(node, "r", text -> text + "1")));
        all.add(vma("vma.perm", "letters", node -> change(node, "perm", text -> "-" + text.substring(1) + "x")));
        all.add(vma("vma.off", "page", node -> change(node, "off", text -> "0x99000")));
        all.add(vma("vma.file", "name", node -> change(node, "file", text -> text + "2")));
        all.add(vma("vma.flags", "one more", node -> change(node, "flags", text -> text + " zz")));
        all.add(vma("vma.flags", "one less", node -> change(node, "flags", text -> text.substring(3))));
        all.add(vma("vma.thpe", "toggled", node -> replace(node, "thpe", true, 1 - node.path("thpe").asInt())));
        for (String counter : List.of("Rss", "Pss", "Shared_Clean", "Shared_Dirty", "Private_Clean", "Private_Dirty",
                "Anonymous", "KSM", "LazyFree", "AnonHugePages", "ShmemPmdMapped", "Shared_Hugetlb", "Private_Hugetlb",
                "Swap", "Locked")) {
            all.add(vma("vma.kb." + counter, "count", node -> replace((ObjectNode) node.get("kb"), counter,
                    node.get("kb").has(counter), 12_340)));
        }
        all.add(new Mutation("vma", "missing",
                node -> inState(node, "vmas", list -> list.isEmpty() ? false : removed(list))));
    }

    private static void pages(List<Mutation> all) {
        all.add(page("page.level", node -> change(node, "lv", text -> text.equals("pte") ? "pmd" : "pte")));
        all.add(page("page.pte", node -> node.has("pg") && change(node, "pte", text -> text + "X")));
        all.add(page("page.map", node -> replace(node, "map", node.has("map"), 55)));
        for (String key : List.of("excl", "AE", "file", "swap", "sd", "uwp", "guard")) {
            all.add(page("page." + key,
                    node -> (node.has("pg") || key.equals("swap") || key.equals("sd") || key.equals("uwp")
                            || key.equals("guard")) && toggle(node, key)));
        }
        all.add(page("page.frame",
                node -> node.path("pg").asString("").equals("zero") && replaceText(node, "pg", "p99999")));
        all.add(page("page.frame", node -> node.path("n").asInt() == 1 && node.path("pg").asString("").startsWith("p")
                && replaceText(node, "pg", "zero")));
    }

    // --- how to change ---

    private static Mutation attribute(String field, String event, String key, UnaryOperator<String> how) {
        return new Mutation(field, event + " " + key,
                node -> firstEvent(node, event, found -> change(found, key, how)));
    }

    private static Mutation number(String field, String event, String key, int value) {
        return new Mutation(field, event + " " + key,
                node -> firstEvent(node, event, found -> replace(found, key, found.has(key), value)));
    }

    private static Mutation vma(String field, String name, Mutator mutator) {
        return new Mutation(field, name, node -> inState(node, "vmas", list -> first(list, mutator)));
    }

    private static Mutation page(String field, Mutator mutator) {
        return new Mutation(field, "run", node -> inState(node, "pages", list -> first(list, mutator)));
    }

    private static boolean first(ArrayNode list, Mutator mutator) {
        for (JsonNode element : list) {
            if (mutator.change((ObjectNode) element)) {
                return true;
            }
        }
        return false;
    }

    private static boolean removed(ArrayNode list) {
        list.remove(list.size() - 1);
        return true;
    }

    private static boolean inState(ObjectNode operation, String what, Predicate<ArrayNode> change) {
        for (JsonNode state : operation.path("state")) {
            if (state.isObject() && change.test((ArrayNode) state.get(what))) {
                return true;
            }
        }
        return false;
    }

    private static boolean firstEvent(ObjectNode operation, String name, Mutator mutator) {
        for (JsonNode event : operation.path("events")) {
            if (event.path("e").asString().equals(name) && !event.has("x") && mutator.change((ObjectNode) event)) {
                return true;
            }
        }
        return false;
    }

    private static boolean removeEvent(ObjectNode operation, String name) {
        ArrayNode events = (ArrayNode) operation.get("events");
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).path("e").asString().equals(name)) {
                events.remove(i);
                return true;
            }
        }
        return false;
    }

    private static boolean repeatEvent(ObjectNode operation, String name) {
        ArrayNode events = (ArrayNode) operation.get("events");
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).path("e").asString().equals(name)) {
                events.insert(i, events.get(i).deepCopy());
                return true;
            }
        }
        return false;
    }

    private static boolean change(ObjectNode node, String key, UnaryOperator<String> how) {
        String text = node.path(key).asString("");
        String changed = text.isEmpty() ? null : how.apply(text);
        return changed != null && !changed.equals(text) && replaceText(node, key, changed);
    }

    private static boolean put(ObjectNode node, String key, String value) {
        node.put(key, value);
        return true;
    }

    private static boolean replaceText(ObjectNode node, String key, String value) {
        node.put(key, value);
        return true;
    }

    private static boolean replace(ObjectNode node, String key, boolean when, int value) {
        if (!when || node.path(key).asInt(-1) == value) {
            return false;
        }
        node.put(key, value);
        return true;
    }

    private static boolean toggle(ObjectNode node, String key) {
        if (node.has(key)) {
            node.remove(key);
        } else {
            node.put(key, 1);
        }
        return true;
    }

    private static String nextPage(String name) {
        int sign = Math.max(name.lastIndexOf('+'), name.lastIndexOf('-'));
        return name.substring(0, sign + 1) + "7" + name.substring(sign + 1);
    }

    private static String farAway(String raw) {
        return "0x" + Long.toHexString(Long.parseUnsignedLong(raw.substring(2), 16) + 4096 * 13);
    }

    private static String pageLonger(String raw) {
        int dash = raw.indexOf('-');
        long end = Long.parseUnsignedLong(raw.substring(dash + 1), 16);
        return raw.substring(0, dash + 1) + Long.toHexString(end < 0 ? 0x200040001000L : end + 4096);
    }

    // --- the tests ---

    @ParameterizedTest
    @MethodSource("kernels")
    void aRecordingEqualsItself(String kernel) throws IOException {
        for (Map.Entry<String, String> recording : RecordedKernels.of(kernel).entrySet()) {
            assertThat(differences(recording.getValue(), recording.getValue())).as(recording.getKey()).isEmpty();
        }
    }

    static Stream<String> kernels() {
        return RecordedKernels.KERNELS.stream();
    }

    @ParameterizedTest
    @MethodSource("mutations")
    void oneChangeIsOneDifferenceOfThatField(Mutation mutation) throws IOException {
        int tried = 0;
        for (String kernel : RecordedKernels.KERNELS) {
            int here = 0;
            for (Map.Entry<String, String> recording : RecordedKernels.of(kernel).entrySet()) {
                if (here < TRIED && tryOn(mutation, recording.getKey(), recording.getValue())) {
                    here++;
                }
            }
            tried += here;
        }
        assertThat(tried).as("places where it could be tried").isPositive();
    }

    /** Changes the last operation that has such a place, so that nothing later takes it back. */
    private static boolean tryOn(Mutation mutation, String scenario, String original) throws IOException {
        String[] lines = original.split("\n", -1);
        for (int i = lines.length - 1; i > 0; i--) {
            ObjectNode node = (ObjectNode) MAPPER.readTree(lines[i]);
            if (mutation.mutator.change(node)) {
                String kept = lines[i];
                lines[i] = MAPPER.writeValueAsString(node);
                List<Difference> found = differences(String.join("\n", lines), original);
                String what = scenario + " operation " + (i - 1) + ": " + kept + "\n -> " + lines[i];
                assertThat(found).as(what).hasSize(1);
                assertThat(found.getFirst().operation()).as(what).isEqualTo(node.path("i").asInt());
                if (!mutation.field.equals("*")) {
                    assertThat(found.getFirst().field()).as(what).isEqualTo(mutation.field);
                }
                return true;
            }
        }
        return false;
    }

    private static List<Difference> differences(String expected, String actual) throws IOException {
        Recording one = Recording.open(new BufferedReader(new StringReader(expected)));
        Recording other = Recording.open(new BufferedReader(new StringReader(actual)));
        Comparer comparer = new Comparer(one.places());
        List<Difference> found = new ArrayList<>();
        RecordedOperation left = one.nextOperation();
        RecordedOperation right = other.nextOperation();
        while (left != null && right != null) {
            for (Finding finding : comparer.compare(left.result(), right.result())) {
                found.add(finding.of("", left.index(), left.text()));
            }
            left = one.nextOperation();
            right = other.nextOperation();
        }
        return found;
    }
}
