package io.mmulab.web;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.Address;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * A VMA.
 *
 * @param start first byte
 * @param end end, exclusive
 * @param prot rights
 * @param shared whether changes are shared
 * @param growsDown whether it grows down on a fault just below
 * @param file path of the mapped file; absent for private anonymous memory
 * @param offset offset of the first byte in the file, in bytes
 * @param heap whether it is the heap
 */
record VmaView(@Address long start, @Address long end, List<Prot> prot, boolean shared, boolean growsDown,
        @Nullable String file, @Address long offset, boolean heap) {

    static VmaView of(AddressSpace mm, Vma vma) {
        List<Prot> prot = new ArrayList<>();
        if (vma.has(VmFlags.READ)) {
            prot.add(Prot.PROT_READ);
        }
        if (vma.has(VmFlags.WRITE)) {
            prot.add(Prot.PROT_WRITE);
        }
        if (vma.has(VmFlags.EXEC)) {
            prot.add(Prot.PROT_EXEC);
        }
        var file = vma.file();
        return new VmaView(vma.start(), vma.end(), prot, vma.has(VmFlags.MAYSHARE), vma.has(VmFlags.GROWSDOWN),
                file == null ? null : file.name(), file == null ? 0 : vma.pgoff() * mm.pageSize(),
                MapsText.isHeap(mm, vma));
    }
}
