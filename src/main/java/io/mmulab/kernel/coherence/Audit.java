package io.mmulab.kernel.coherence;

import java.util.Collection;
import java.util.List;

import io.mmulab.kernel.hugetlb.Hstate;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.FrameHolder;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.secondary.SecondaryMmu;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.tlb.CpuTlb;
import io.mmulab.kernel.vma.MappedFile;

/**
 * Recounts a machine between two operations: everything that is kept twice must agree, see {@link AuditRule}. Costs a walk
 * of all page tables and all frames; changes nothing.
 *
 * @param spaces all address spaces ever made, by id from 1
 * @param frames memory
 * @param files files with a name; those without are found through the VMAs that map them
 * @param swap the swap device
 * @param pools of huge pages
 * @param holders who else keeps references to frames
 * @param cpus the TLBs of the CPUs, by number
 * @param devices all devices
 */
public record Audit(List<AddressSpace> spaces, Frames frames, Collection<MappedFile> files, SwapArea swap,
        List<Hstate> pools, List<FrameHolder> holders, List<CpuTlb> cpus, Collection<SecondaryMmu> devices) {

    /** What is wrong; empty if nothing is. */
    public List<Finding> run() {
        Findings findings = new Findings();
        FrameCensus census = new FrameCensus(frames);
        for (AddressSpace mm : spaces) {
            VmaAudit.audit(mm, findings);
            EntryAudit.audit(mm, frames, census, findings);
        }
        FileAudit.audit(spaces, files, frames, census, findings);
        for (FrameHolder holder : holders) {
            holder.visitHeld(census);
        }
        census.compare(findings);
        census.compare(pools, findings);
        swapSlots(census, findings);
        for (int i = 0; i < cpus.size(); i++) {
            cpu(i, findings);
        }
        for (SecondaryMmu device : devices) {
            TranslationAudit.device(device, findings);
        }
        return findings.take();
    }

    private void swapSlots(FrameCensus census, Findings findings) {
        int used = 0;
        for (int slot = 1; slot < swap.highest(); slot++) {
            findings.same(AuditRule.SWAP_COUNT, 0, 0, "swap slot " + slot, census.entriesOf(slot), swap.entries(slot));
            used += swap.entries(slot) > 0 || swap.cachedFrame(slot) != Frames.NO_FRAME ? 1 : 0;
        }
        findings.same(AuditRule.SWAP_COUNT, 0, 0, "swap slots in use", used, swap.used());
    }

    private void cpu(int number, Findings findings) {
        cpus.get(number).visit((asid, address, cached) -> {
            AddressSpace mm = spaces.get(asid - 1);
            TranslationAudit.cpu(number, mm.isAlive() ? mm : null, address, cached, findings);
        });
    }
}
