package io.mmulab.kernel.coherence;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.FrameHolder;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.Vma;

/** Page caches, and which VMAs map each file. */
final class FileAudit {
    private FileAudit() {}

    static void audit(List<AddressSpace> spaces, Collection<MappedFile> named, Frames frames, FrameCensus census,
            Findings findings) {
        Map<MappedFile, Integer> mapped = new HashMap<>();
        Set<MappedFile> all = new LinkedHashSet<>(named);
        for (AddressSpace mm : spaces) {
            for (int i = 0; i < mm.vmas().size(); i++) {
                Vma vma = mm.vmas().at(i);
                MappedFile file = vma.file();
                if (file != null) {
                    all.add(file);
                    mapped.merge(file, 1, Integer::sum);
                    knows(mm, vma, file, findings);
                }
            }
        }
        Map<Integer, MappedFile> cachedBy = new HashMap<>();
        for (MappedFile file : all) {
            findings.same(AuditRule.FILE_MAPPINGS, 0, 0, "VMAs of " + file, mapped.getOrDefault(file, 0),
                    file.mappings());
            file.swappedPages(0, Long.MAX_VALUE).forEach(index -> census.standsFor(file.swapSlot(index)));
            if (file.vmOperations() instanceof FrameHolder holder) {
                holder.visitHeld(census);
            }
            file.visitCached((index, frame) -> {
                census.holds(frame, 1);
                cached(file, index, frame, cachedBy.put(frame, file), frames, findings);
            });
        }
    }

    private static void knows(AddressSpace mm, Vma vma, MappedFile file, Findings findings) {
        long known = file.mappings(vma.pgoff(), vma.pgoff() + vma.pages()).stream().filter(other -> other == vma)
                .count();
        findings.same(AuditRule.FILE_MAPPINGS, mm.id(), vma.start(), "times that " + file + " knows " + vma, 1, known);
    }

    private static void cached(MappedFile file, long index, int frame,
            @Nullable MappedFile other, Frames frames, Findings findings) {
        if (other != null) {
            findings.add(AuditRule.PAGE_CACHE, 0, index, "frame " + frame + " is in " + other + " and " + file);
        }
        if (!frames.has(frame, Frames.PAGE_CACHE) || frames.has(frame, Frames.ANON)) {
            findings.add(AuditRule.PAGE_CACHE, 0, index, "frame " + frame + " of " + file + " does not know");
        }
    }
}
