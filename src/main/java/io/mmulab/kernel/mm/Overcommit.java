package io.mmulab.kernel.mm;

/**
 * What the machine has promised: {@code vm_committed_as} and the three modes of {@code vm.overcommit_memory}
 * ({@code mm/util.c __vm_enough_memory()}). A charge is added first and taken back if it was too much.
 */
public final class Overcommit {
    /** {@code vm.overcommit_memory}. */
    public enum Mode {
        /** 0: refuse only a single request that is more than all memory. */
        GUESS,
        /** 1: refuse nothing. */
        ALWAYS,
        /** 2: refuse what exceeds the commit limit. */
        NEVER
    }

    private static final int PERCENT = 100;
    private static final int USUAL_RATIO = 50;
    private static final int USER_RESERVE_SHARE = 32;
    private static final long MAX_USER_RESERVE_PAGES = 1 << 15;

    private final long ramPages;
    private long swapPages;
    private Mode mode = Mode.ALWAYS;
    private int ratio = USUAL_RATIO;
    private long committed;

    /** Of a machine with so much memory, in mode {@link Mode#ALWAYS}. */
    public Overcommit(long ramPages) {
        this.ramPages = ramPages;
    }

    /** {@code vm.overcommit_memory}. */
    public Mode mode() {
        return mode;
    }

    /** Sets {@code vm.overcommit_memory} and {@code vm.overcommit_ratio}. */
    public void set(Mode newMode, int newRatio) {
        mode = newMode;
        ratio = newRatio;
    }

    /** {@code total_swap_pages}. */
    public void setSwapPages(long pages) {
        swapPages = pages;
    }

    /** {@code vm_committed_as}, in pages. */
    public long committed() {
        return committed;
    }

    /** {@code security_vm_enough_memory_mm}: charges pages, or charges nothing and answers false. */
    public boolean charge(AddressSpace mm, long pages) {
        committed += pages;
        boolean enough = switch (mode) {
            case ALWAYS -> true;
            case GUESS -> pages <= ramPages + swapPages;
            case NEVER -> committed < limit(mm);
        };
        if (!enough) {
            committed -= pages;
        }
        return enough;
    }

    /** Pages whose charge another mapping takes over, although it will be uncharged ({@code vms->nr_accounted = 0}). */
    public void keep(long pages) {
        committed += pages;
    }

    /** {@code vm_unacct_memory}. */
    public void uncharge(long pages) {
        committed -= pages;
    }

    private long limit(AddressSpace mm) {
        long reserve = Math.min(mm.totalPages() / USER_RESERVE_SHARE,
                Math.min(ramPages / USER_RESERVE_SHARE, MAX_USER_RESERVE_PAGES));
        return ramPages * ratio / PERCENT + swapPages - reserve;
    }
}
