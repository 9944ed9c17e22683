package io.mmulab.lab;

import java.security.SecureRandom;
import java.time.Clock;

import org.springframework.stereotype.Component;

import io.mmulab.history.MachineNumbers;

/** Ids that sort by time of creation and can't be guessed: 26 characters, 48 bits of time and 80 of chance (ULID). */
@Component
public class MachineIds {
    private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int TIME_DIGITS = 10;
    private static final int RANDOM_DIGITS = 16;

    private final SecureRandom random = new SecureRandom();
    private final Clock clock;

    MachineIds(Clock clock) {
        this.clock = clock;
    }

    /** The first of a block of numbers: see {@link MachineNumbers}. */
    public long block() {
        return MachineNumbers.block(clock.millis(), random.nextInt(MachineNumbers.BLOCKS));
    }

    /** A new id. */
    public String next() {
        long millis = clock.millis();
        var id = new StringBuilder(TIME_DIGITS + RANDOM_DIGITS);
        for (int digit = TIME_DIGITS - 1; digit >= 0; digit--) {
            id.append(DIGITS.charAt((int) (millis >>> (5 * digit)) & 31));
        }
        for (int digit = 0; digit < RANDOM_DIGITS; digit++) {
            id.append(DIGITS.charAt(random.nextInt(32)));
        }
        return id.toString();
    }
}
