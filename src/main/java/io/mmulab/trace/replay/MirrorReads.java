package io.mmulab.trace.replay;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;

import io.mmulab.kernel.secondary.SecondaryMmu;

/** {@link DeviceWorkload#MIRROR_READS}. */
final class MirrorReads extends DeviceDriver {
    private static final int DELAY_RECORDS = 8;
    private static final int REMEMBERED_WRITES = 16;

    private final ArrayDeque<Due> queue = new ArrayDeque<>();
    private final LinkedHashSet<Long> written = new LinkedHashSet<>();
    private long now;

    private record Due(long at, long page, boolean write) {}

    @Override
    void cpuFaulted(long page, boolean write) {
        queue.add(new Due(now + DELAY_RECORDS, page, write));
    }

    @Override
    void forked() {
        for (long page : written) {
            queue.add(new Due(now + 1, page, false));
        }
    }

    @Override
    void tick(SecondaryMmu device) {
        now++;
        for (Due due = queue.peek(); due != null && due.at() <= now; due = queue.peek()) {
            queue.remove();
            access(device, due.page(), due.write());
            if (due.write()) {
                remember(due.page());
            }
        }
    }

    private void remember(long page) {
        written.remove(page);
        written.add(page);
        if (written.size() > REMEMBERED_WRITES) {
            written.removeFirst();
        }
    }

    @Override
    void rebound() {
        queue.clear();
        written.clear();
    }
}
