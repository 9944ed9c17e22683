package io.mmulab.lab.comparison;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Ids that sort by time of creation: milliseconds, then 40 random bits, in hexadecimal. */
final class Ids {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int RANDOM_BYTES = 5;

    private Ids() {}

    static String next() {
        byte[] random = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(random);
        return "%012x".formatted(System.currentTimeMillis()) + HexFormat.of().formatHex(random);
    }
}
