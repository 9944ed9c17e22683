package io.mmulab.kernel.coherence;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.secondary.SecondaryMmu;
import io.mmulab.kernel.tlb.CpuTlb;

/**
 * Holds every cached translation of a machine against the page tables, at any time between two operations: CPUs by number, then
 * devices in the order of attachment, each by address space and address. Costs a pass over all of them; changes nothing.
 *
 * @param spaces all address spaces ever made, by id from 1
 * @param cpus the TLBs of the CPUs, by number
 * @param devices all devices
 */
public record CoherenceAudit(List<AddressSpace> spaces, List<CpuTlb> cpus, Collection<SecondaryMmu> devices) {

    /**
     * Looks at all of them.
     *
     * @param differing hears of each that does not agree
     * @return how many got each verdict
     */
    public Map<Verdict, Long> run(Consumer<CachedTranslation> differing) {
        Map<Verdict, Long> counts = new EnumMap<>(Verdict.class);
        for (int i = 0; i < cpus.size(); i++) {
            cpu(i, counts, differing);
        }
        for (SecondaryMmu device : devices) {
            device(device, counts, differing);
        }
        return counts;
    }

    private void cpu(int number, Map<Verdict, Long> counts, Consumer<CachedTranslation> differing) {
        Map<Long, CachedTranslation> sorted = new TreeMap<>(Long::compareUnsigned);
        cpus.get(number).visit((asid, address, cached) -> {
            AddressSpace mm = spaces.get(asid - 1);
            long pte = mm.isAlive() ? mm.pageTable().get(address) : Pte.NONE;
            Verdict verdict = verdict(mm, cached, pte);
            counts.merge(verdict, 1L, Long::sum);
            if (verdict != Verdict.AGREES) {
                sorted.put(((long) asid << (Long.SIZE - Short.SIZE)) | address,
                        new CachedTranslation(number, "", asid, address,
                                Pte.frame(cached), Pte.write(cached), pte, verdict));
            }
        });
        sorted.values().forEach(differing);
    }

    private static Verdict verdict(AddressSpace mm, long cached, long pte) {
        if (!mm.isAlive()) {
            return Verdict.ADDRESS_SPACE_GONE;
        }
        Verdict verdict = Verdict.ofCpu(cached, pte);
        return !verdict.isAllowed() && mm.isTlbFlushBatched() ? Verdict.FLUSH_PENDING : verdict;
    }

    private static void device(SecondaryMmu device, Map<Verdict, Long> counts, Consumer<CachedTranslation> differing) {
        AddressSpace mm = device.boundTo();
        if (mm == null) {
            return;
        }
        device.visitEntries(0, -1, (address, frame, writable) -> {
            long pte = mm.isAlive() ? mm.pageTable().get(address) : Pte.NONE;
            Verdict verdict = Verdict.ofDevice(device, frame, writable, pte);
            counts.merge(verdict, 1L, Long::sum);
            if (verdict != Verdict.AGREES) {
                differing.accept(
                        new CachedTranslation(-1, device.name(), mm.id(), address, frame, writable, pte, verdict));
            }
        });
    }
}
