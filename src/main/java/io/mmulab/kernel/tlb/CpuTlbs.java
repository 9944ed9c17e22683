package io.mmulab.kernel.tlb;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Consumer;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.arch.AsidScheme;
import io.mmulab.kernel.arch.Asids;
import io.mmulab.kernel.mm.AddressSpace;

/**
 * The TLBs of a machine's CPUs, and which address spaces have a tag for their entries. The number of an address space serves
 * as its tag; when the architecture would have run out of tags, the entries go that would have gone with them.
 */
public final class CpuTlbs {
    private static final long ALL = -1;
    private static final int NOBODY = -1;

    private final CpuTlb[] tlbs;
    private final AsidScheme scheme;
    private final int count;
    private final BitSet[] tagged;
    private final int[][] lastRun;
    private final Consumer<AddressSpace> usedUp;
    /** The address space that each CPU was given a tag for last; nobody's when tags begin anew. */
    private final int[] active;
    private int thisCpu = NOBODY;

    /** @param usedUp hears which address space made a new generation begin */
    CpuTlbs(Architecture architecture, int cpuCount, Consumer<AddressSpace> usedUp) {
        Asids asids = architecture.flushes().asids();
        this.scheme = asids.scheme();
        this.count = asids.count();
        this.usedUp = usedUp;
        this.tlbs = new CpuTlb[cpuCount];
        this.active = new int[cpuCount];
        Arrays.fill(active, NOBODY);
        this.tagged = new BitSet[scheme == AsidScheme.GENERATIONS ? 1 : cpuCount];
        this.lastRun = new int[cpuCount][0];
        for (int cpu = 0; cpu < cpuCount; cpu++) {
            tlbs[cpu] = new CpuTlb(architecture.pageShift());
        }
        for (int i = 0; i < tagged.length; i++) {
            tagged[i] = new BitSet();
        }
    }

    /** The TLB of a CPU. */
    public CpuTlb of(int cpu) {
        return tlbs[cpu];
    }

    /** A CPU is about to fault: what only concerns this CPU from here on concerns that one. */
    public void enter(int cpu) {
        thisCpu = cpu;
    }

    /** The fault is over. */
    public void leave() {
        thisCpu = NOBODY;
    }

    /** Drops the entries of an address space in {@code [start, end)} on all CPUs; -1 as end means everything. */
    void drop(int mm, long start, long end) {
        for (CpuTlb tlb : tlbs) {
            if (end == ALL) {
                tlb.dropAll(mm);
            } else {
                tlb.dropRange(mm, start, end);
            }
        }
    }

    /** As {@link #drop}, on the CPU that faults; on none if no CPU does. */
    void dropOnThisCpu(int mm, long start, long end) {
        if (thisCpu != NOBODY) {
            tlbs[thisCpu].dropRange(mm, start, end);
        }
    }

    /** A CPU looks something up that it does not hold: the address space must have a tag there. */
    public void activate(int cpu, AddressSpace mm) {
        if (active[cpu] != mm.id()) {
            switchTo(cpu, mm);
        }
    }

    private void switchTo(int cpu, AddressSpace mm) {
        switch (scheme) {
            case GENERATIONS -> tag(0, mm);
            case GENERATIONS_PER_CPU -> tag(cpu, mm);
            case LAST_RUN_PER_CPU -> run(cpu, mm.id());
            case ENOUGH -> {}
        }
        active[cpu] = mm.id();
    }

    private void tag(int owner, AddressSpace mm) {
        BitSet given = tagged[owner];
        if (given.get(mm.id())) {
            return;
        }
        if (given.cardinality() >= count) {
            given.clear();
            Arrays.fill(active, NOBODY);
            for (int cpu = 0; cpu < tlbs.length; cpu++) {
                if (scheme == AsidScheme.GENERATIONS || cpu == owner) {
                    tlbs[cpu].dropEverything();
                }
            }
            usedUp.accept(mm);
        }
        given.set(mm.id());
    }

    /** The tag of the address space that ran longest ago goes to one that has none. */
    private void run(int cpu, int mm) {
        int[] recent = lastRun[cpu];
        if (recent.length > 0 && recent[0] == mm) {
            return;
        }
        int position = 0;
        while (position < recent.length && recent[position] != mm) {
            position++;
        }
        boolean known = position < recent.length;
        if (!known && recent.length == count) {
            position--;
            tlbs[cpu].dropAll(recent[position]);
        } else if (!known) {
            recent = Arrays.copyOf(recent, recent.length + 1);
            lastRun[cpu] = recent;
        }
        System.arraycopy(recent, 0, recent, 1, position);
        recent[0] = mm;
    }
}
