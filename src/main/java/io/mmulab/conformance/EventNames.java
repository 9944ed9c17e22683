package io.mmulab.conformance;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.fault.FaultFlags;

/** Which events are compared, and what of each. */
final class EventNames {
    /** The flags of handle_mm_fault() that say what is tried, in the order of their bits. */
    static final Map<String, Integer> ACCESS_FLAGS = accessFlags();

    private static final List<String> RANGE = List.of("range", "mm");
    private static final List<String> ADDRESS = List.of("address", "mm");
    private static final List<String> UPGRADE = List.of("address", "dirty", "entry", "mm");

    /** Attributes by event; what is not here is not compared. */
    private static final Map<String, List<String>> COMPARED = Map.ofEntries(
            Map.entry("hmf", List.of("address", "access", "mm")),
            Map.entry("hmf_ret", List.of("ret")),
            Map.entry("mn_register", List.of("mm")),
            Map.entry("mn_release", List.of("mm")),
            Map.entry("mn_start", List.of("range", "event", "flags", "mm")),
            Map.entry("mn_end", List.of("range", "event", "flags", "only_end", "mm")),
            Map.entry("mn_arch_inv", RANGE),
            Map.entry("mn_change_pte", ADDRESS),
            Map.entry("mn_clear_flush_young", RANGE),
            Map.entry("mn_clear_young", RANGE),
            Map.entry("mn_test_young", ADDRESS),
            Map.entry("ptep_set_access_flags", UPGRADE),
            Map.entry("pmdp_set_access_flags", UPGRADE),
            Map.entry("huge_ptep_set_access_flags", List.of("address", "dirty", "mm")),
            Map.entry("ptep_set_access_flags_ret", List.of("ret")),
            Map.entry("pmdp_set_access_flags_ret", List.of("ret")),
            Map.entry("huge_ptep_set_access_flags_ret", List.of("ret")),
            Map.entry("flush_tlb_mm_range", RANGE),
            Map.entry("tlb_flush", List.of("pages")),
            Map.entry("tlbi", List.of("op", "range")),
            Map.entry("tlb_call", List.of("fn", "range", "address")),
            Map.entry("kvm_unmap_hva_range", List.of("range")),
            Map.entry("kvm_set_spte_hva", List.of("address")),
            Map.entry("kvm_age_hva", List.of("range")),
            Map.entry("kvm_test_age_hva", List.of("address")),
            Map.entry("kvm_page_fault", List.of("gfn", "err")),
            Map.entry("kvm_guest_fault", List.of("gfn", "err")),
            Map.entry("kvm_tdp_mmu_spte_changed", List.of("gfn", "level", "old", "new", "same_pfn")),
            Map.entry("kvm_pgtable_stage2_map", List.of("gfn", "n", "prot")),
            Map.entry("kvm_pgtable_stage2_unmap", List.of("gfn", "n")),
            Map.entry("kvm_pgtable_stage2_relax_perms", List.of("gfn", "prot")),
            Map.entry("kvm_pgtable_stage2_wrprotect", List.of("gfn", "n")),
            Map.entry("kvm_pgtable_stage2_mkold", List.of("gfn")));

    private EventNames() {}

    private static Map<String, Integer> accessFlags() {
        Map<String, Integer> flags = new LinkedHashMap<>();
        flags.put("WRITE", FaultFlags.WRITE);
        flags.put("USER", FaultFlags.USER);
        flags.put("REMOTE", FaultFlags.REMOTE);
        flags.put("INSTRUCTION", FaultFlags.INSTRUCTION);
        flags.put("UNSHARE", 1 << 10);
        return flags;
    }

    /** One name for what releases name differently. */
    static String canonical(String recorded) {
        if (recorded.equals("mn_range")) {
            return "mn_arch_inv";
        }
        return recorded.startsWith("__ptep_set_access_flags")
                ? "ptep_set_access_flags" + (recorded.endsWith("_ret") ? "_ret" : "") : recorded;
    }

    /**
     * The flush that a call stands for, whatever inlining made of it: {@code flush_tlb_range} calls its {@code _nosync} form
     * in some releases, and the site is not part of it.
     */
    static String flush(String function) {
        int site = function.indexOf('@');
        String name = site < 0 ? function : function.substring(0, site);
        return name.endsWith("_nosync") ? name.substring(0, name.length() - "_nosync".length()) : name;
    }

    /** What is compared of an event; null if it is not compared at all. */
    static @Nullable List<String> attributes(String name) {
        return COMPARED.get(name);
    }

    /** Whether what the call returned belongs to the event. */
    static boolean returns(String name) {
        return name.equals("mn_clear_flush_young") || name.equals("mn_clear_young") || name.equals("mn_test_young");
    }

    /** {@code enum kvm_pgtable_prot} as letters: 1 X, 2 W, 4 R; since 7.x 1 PX, 2 UX, 4 W, 8 R. */
    static String stage2Prot(String raw) {
        int bits;
        try {
            bits = Integer.decode(raw);
        } catch (NumberFormatException e) {
            return raw;
        }
        return switch (bits) {
            case 0x4 -> "r";
            case 0x6 -> "rw";
            case 0x7 -> "rwx";
            case 0x5 -> "rx";
            case 0x8 -> "r";
            case 0xc -> "rw";
            case 0xf -> "rwx";
            case 0xb -> "rx";
            default -> raw;
        };
    }
}
