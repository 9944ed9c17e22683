package io.mmulab.kernel.coherence;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.Vma;
import io.mmulab.kernel.vma.VmaTree;

/** The list of VMAs of an address space. */
final class VmaAudit {
    private VmaAudit() {}

    static void audit(AddressSpace mm, Findings findings) {
        VmaTree vmas = mm.vmas();
        long pages = 0;
        long floor = 0;
        for (int i = 0; i < vmas.size(); i++) {
            Vma vma = vmas.at(i);
            boolean aligned = ((vma.start() | vma.end()) & (mm.pageSize() - 1)) == 0;
            if (!aligned || vma.start() >= vma.end() || vma.start() < floor || vma.end() > mm.taskSize()) {
                findings.add(AuditRule.VMAS_IN_ORDER, mm.id(), vma.start(), vma + " after an end at " + floor);
            }
            floor = vma.end();
            pages += vma.pages();
        }
        findings.same(AuditRule.TOTAL_VM, mm.id(), 0, "total_vm", pages, mm.totalPages());
    }
}
