package io.mmulab.kernel.coherence;

import java.util.ArrayList;
import java.util.List;

/** Collects findings, up to a number that a reader can bear. */
final class Findings {
    private static final int MOST = 100;

    private final List<Finding> list = new ArrayList<>();

    void add(AuditRule rule, int mm, long address, String text) {
        if (list.size() < MOST) {
            list.add(new Finding(rule, mm, address, text));
        }
    }

    /** A finding unless two numbers are equal. */
    void same(AuditRule rule, int mm, long address, String what, long counted, long is) {
        if (counted != is) {
            add(rule, mm, address, what + " is " + is + ", counted " + counted);
        }
    }

    /** What was found since the last call. */
    List<Finding> take() {
        List<Finding> taken = List.copyOf(list);
        list.clear();
        return taken;
    }
}
