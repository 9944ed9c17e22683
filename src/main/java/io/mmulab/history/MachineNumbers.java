package io.mmulab.history;

/**
 * Numbers of machines: the millisecond in which a machine was made, 14 bits of chance, and 7 bits that tell the machines of
 * one comparison apart. Whoever makes machines takes a whole block of 128.
 */
public final class MachineNumbers {
    /** Machines of a block. */
    public static final int BLOCK = 1 << 7;
    /** Blocks of a millisecond. */
    public static final int BLOCKS = 1 << 14;
    private static final int TIME_SHIFT = 21;

    private MachineNumbers() {}

    /**
     * The first number of a block.
     *
     * @param milliseconds since 1970
     * @param chance in {@code [0, BLOCKS)}
     */
    public static long block(long milliseconds, int chance) {
        return first(milliseconds) | (long) chance * BLOCK;
    }

    /** The least number of machines that were made then or later. */
    static long first(long milliseconds) {
        return milliseconds << TIME_SHIFT;
    }

    /** When the machine was made. */
    static long milliseconds(long number) {
        return number >> TIME_SHIFT;
    }
}
