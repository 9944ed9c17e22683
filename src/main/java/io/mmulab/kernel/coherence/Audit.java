package io.mmulab.kernel.coherence;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.FrameHolder;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.secondary.SecondaryMmu;
import io.mmulab.kernel.tlb.CpuTlb;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.Vma;

/**
 * Recounts a machine between two operations: everything that is kept twice must agree, see {@link AuditRule}. Costs a walk
 * of all page tables and all frames; changes nothing.
 *
 * @param spaces all address spaces ever made, by id from 1
 * @param frames memory
 * @param files files with a name; those without are found through the VMAs that map them
 * @param holders who else keeps references to frames
 * @param cpus the TLBs of the CPUs, by number
 * @param devices all devices
 */
public record Audit(List<AddressSpace> spaces, Frames frames, Collection<MappedFile> files, List<FrameHolder> holders,
        List<CpuTlb> cpus, Collection<SecondaryMmu> devices) {

    /** What is wrong; empty if nothing is. */
    public List<Finding> run() {
        Findings findings = new Findings();
        FrameCensus census = new FrameCensus(frames);
        for (AddressSpace mm : spaces) {
            VmaAudit.audit(mm, findings);
            EntryAudit.audit(mm, frames, census, findings);
        }
        pageCaches(census, findings);
        for (FrameHolder holder : holders) {
            holder.visitHeld(census);
        }
        census.compare(findings);
        for (int i = 0; i < cpus.size(); i++) {
            cpu(i, findings);
        }
        for (SecondaryMmu device : devices) {
            TranslationAudit.device(device, findings);
        }
        return findings.take();
    }

    private void pageCaches(FrameCensus census, Findings findings) {
        Map<Integer, MappedFile> cachedBy = new HashMap<>();
        for (MappedFile file : allFiles()) {
            file.visitCached((index, frame) -> {
                census.holds(frame, 1);
                MappedFile other = cachedBy.put(frame, file);
                if (other != null) {
                    findings.add(AuditRule.PAGE_CACHE, 0, index, "frame " + frame + " is in " + other + " and " + file);
                }
                if (!frames.has(frame, Frames.PAGE_CACHE) || frames.has(frame, Frames.ANON)) {
                    findings.add(AuditRule.PAGE_CACHE, 0, index, "frame " + frame + " of " + file + " does not know");
                }
            });
        }
    }

    private Set<MappedFile> allFiles() {
        Set<MappedFile> all = new LinkedHashSet<>(files);
        for (AddressSpace mm : spaces) {
            for (int i = 0; i < mm.vmas().size(); i++) {
                Vma vma = mm.vmas().at(i);
                MappedFile file = vma.file();
                if (file != null) {
                    all.add(file);
                }
            }
        }
        return all;
    }

    private void cpu(int number, Findings findings) {
        cpus.get(number).visit((asid, address, cached) -> {
            AddressSpace mm = spaces.get(asid - 1);
            TranslationAudit.cpu(number, mm.isAlive() ? mm : null, address, cached, findings);
        });
    }
}
