package io.mmulab.kernel.coherence;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.AnonVma;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;
import io.mmulab.kernel.vma.VmaTree;

/** The list of VMAs of an address space. */
final class VmaAudit {
    private VmaAudit() {}

    static void audit(AddressSpace mm, Findings findings) {
        VmaTree vmas = mm.vmas();
        long pages = 0;
        long data = 0;
        long exec = 0;
        long stack = 0;
        long locked = 0;
        long floor = 0;
        for (int i = 0; i < vmas.size(); i++) {
            Vma vma = vmas.at(i);
            boolean aligned = ((vma.start() | vma.end()) & (mm.pageSize() - 1)) == 0;
            if (!aligned || vma.start() >= vma.end() || vma.start() < floor || vma.end() > mm.taskSize()) {
                findings.add(AuditRule.VMAS_IN_ORDER, mm.id(), vma.start(), vma + " after an end at " + floor);
            }
            floor = vma.end();
            pages += vma.pages();
            if (VmFlags.isExecMapping(vma.flags())) {
                exec += vma.pages();
            } else if (VmFlags.isStackMapping(vma.flags())) {
                stack += vma.pages();
            } else if (VmFlags.isDataMapping(vma.flags())) {
                data += vma.pages();
            }
            locked += vma.has(VmFlags.LOCKED) ? vma.pages() : 0;
            anonVma(mm, vma, findings);
        }
        findings.same(AuditRule.TOTAL_VM, mm.id(), 0, "total_vm", pages, mm.totalPages());
        findings.same(AuditRule.TOTAL_VM, mm.id(), 0, "data_vm", data, mm.dataPages());
        findings.same(AuditRule.TOTAL_VM, mm.id(), 0, "exec_vm", exec, mm.execPages());
        findings.same(AuditRule.TOTAL_VM, mm.id(), 0, "stack_vm", stack, mm.stackPages());
        if (mm.isAlive()) {
            findings.same(AuditRule.TOTAL_VM, mm.id(), 0, "locked_vm", locked, mm.lockedPages());
        }
    }

    /** A VMA and the anon_vmas of its chain know each other, and its own is one of them. */
    private static void anonVma(AddressSpace mm, Vma vma, Findings findings) {
        AnonVma own = vma.anonVma();
        if (own != null && !vma.anonVmaChain().contains(own)) {
            findings.add(AuditRule.ANON_VMA, mm.id(), vma.start(), "its anon_vma is not in the chain");
        }
        for (AnonVma each : vma.anonVmaChain()) {
            if (!each.vmas().contains(vma)) {
                findings.add(AuditRule.ANON_VMA, mm.id(), vma.start(), "an anon_vma of the chain does not know it");
            }
            for (Vma other : each.vmas()) {
                if (other.start() >= other.end()) {
                    findings.add(AuditRule.ANON_VMA, mm.id(), vma.start(), "an anon_vma knows an empty VMA");
                }
            }
        }
    }
}
