package io.mmulab.trace.replay;

import java.util.SplittableRandom;

import io.mmulab.kernel.secondary.SecondaryMmu;

/** {@link DeviceWorkload#RANDOM}. */
final class RandomAccesses extends DeviceDriver {
    private static final int ONE_IN = 16;
    private static final int WRITE_ONE_IN = 4;
    private static final int REMEMBERED = 64;

    private final SplittableRandom random;
    private final long[] pages = new long[REMEMBERED];
    private long seen;

    RandomAccesses(long seed) {
        random = new SplittableRandom(seed);
    }

    @Override
    void cpuFaulted(long page, boolean write) {
        pages[(int) (seen++ % REMEMBERED)] = page;
    }

    @Override
    void tick(SecondaryMmu device) {
        if (seen == 0 || random.nextInt(ONE_IN) != 0) {
            return;
        }
        long page = pages[random.nextInt((int) Math.min(seen, REMEMBERED))];
        access(device, page, random.nextInt(WRITE_ONE_IN) == 0);
    }

    @Override
    void rebound() {
        seen = 0;
    }
}
