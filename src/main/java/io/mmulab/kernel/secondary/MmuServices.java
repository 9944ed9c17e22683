package io.mmulab.kernel.secondary;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.event.Tracer;
import io.mmulab.kernel.fault.PageFault;
import io.mmulab.kernel.gup.GetUserPages;
import io.mmulab.kernel.hmm.HmmRangeFault;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.migrate.Migration;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.tlb.TlbFlush;

/**
 * What a machine offers the drivers of its devices.
 *
 * @param architecture the CPU family
 * @param version the release of Linux
 * @param design the kernel design
 * @param notifiers to subscribe
 * @param tlb to hear broadcast maintenance
 * @param pageTables to walk page tables and to set hardware bits
 * @param faults to have a page faulted in on the device's own behalf
 * @param hmm to learn what a range maps, and have it faulted in
 * @param migration to move pages to a device and back
 * @param gup to get pages of the address space as the kernel does
 * @param frames memory
 * @param lru to say that a page was used
 * @param observer where cached translations are reported
 * @param current who runs
 * @param clock simulated time
 * @param tracer where calls of kernel functions are reported
 */
public record MmuServices(Architecture architecture, KernelVersion version, KernelDesign design, MmuNotifiers notifiers,
        TlbFlush tlb, PageTableOps pageTables, PageFault faults, HmmRangeFault hmm, Migration migration,
        GetUserPages gup, Frames frames, Lru lru,
        EntryObserver observer,
        CurrentActor current, SimulatedClock clock, Tracer tracer) {}
