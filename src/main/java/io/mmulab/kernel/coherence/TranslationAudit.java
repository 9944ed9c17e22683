package io.mmulab.kernel.coherence;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.secondary.SecondaryMmu;

/** What CPUs and devices cache of an address space that is alive. */
final class TranslationAudit {
    private TranslationAudit() {}

    /** @param mm the address space of an ASID, or null if it is dead: its ASID is not used again */
    static void cpu(int number, @Nullable AddressSpace mm, long address, long cached, Findings findings) {
        if (mm == null) {
            return;
        }
        long pte = mm.pageTable().get(address);
        if (!Verdict.ofCpu(cached, pte).isAllowed()) {
            findings.add(AuditRule.CPU_TLB, mm.id(), address,
                    "CPU %d caches 0x%x, the entry is 0x%x".formatted(number, cached, pte));
        }
    }

    static void device(SecondaryMmu device, Findings findings) {
        AddressSpace mm = device.boundTo();
        if (mm == null || device.keepsPages()) {
            return;
        }
        device.visitEntries(0, -1, (address, frame, writable) -> {
            long pte = mm.pageTable().get(address);
            Verdict verdict = Verdict.ofDevice(device, frame, writable, pte);
            if (verdict == Verdict.WRONG_PAGE || verdict == Verdict.TOO_PERMISSIVE) {
                findings.add(AuditRule.DEVICE_TLB, mm.id(), address, "%s caches frame %d%s, the entry is 0x%x"
                        .formatted(device.name(), frame, writable ? ", writable" : "", pte));
            }
        });
    }
}
