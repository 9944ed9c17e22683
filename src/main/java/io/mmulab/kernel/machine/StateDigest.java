package io.mmulab.kernel.machine;

/** A 64-bit hash over a stream of longs: mixed so that order and each bit count. */
final class StateDigest {
    private long state = 0x6a09e667f3bcc909L;

    StateDigest add(long value) {
        long mixed = (state ^ value) * 0x9E3779B97F4A7C15L;
        state = Long.rotateLeft(mixed ^ (mixed >>> 32), 17) + value;
        return this;
    }

    long value() {
        long mixed = (state ^ (state >>> 33)) * 0xff51afd7ed558ccdL;
        return mixed ^ (mixed >>> 33);
    }
}
