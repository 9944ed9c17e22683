package io.mmulab.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.mmulab.testdb.EmptyDatabase;

/**
 * The service is killed at random moments, while it changes machines and runs comparisons, and started again. What was answered is
 * there once; what was not is there wholly or not at all; machines are the same; a comparison that was cut off ends with the
 * events of one that was not. {@code -Dmmulab.kill.rounds=50} is the long form.
 */
class KillIT {
    private static final int ROUNDS = Integer.getInteger("mmulab.kill.rounds", 3);
    /** A kill comes after so many requests and answers at most: behind a request, its transaction is under way. */
    private static final int MOST_LINES = 120;
    private static final String ANY = "";
    /** Soon enough for the next process. */
    private static final String LEASE = "--mmulab.comparison.lease=2s";
    private static final String NO_PATIENCE = "--mmulab.comparison.patience=0s";
    private static final String RENEWAL = "--mmulab.comparison.renewal=500ms";

    private final EmptyDatabase database = EmptyDatabase.create();
    private final long seed = Long.getLong("mmulab.kill.seed", System.nanoTime());
    /** By machine: the last operation that was answered, and how many were asked for since. */
    private final Map<String, Long> answered = new HashMap<>();
    private final Map<String, Long> asked = new HashMap<>();
    private int cutOff;
    private int changes;
    private int halfway;

    @Test
    void whatWasAnsweredIsThereOnce() throws IOException, InterruptedException {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            try (var victim = new VictimProcess(database, Victim.class, "work", String.valueOf(random.nextInt()), LEASE,
                    RENEWAL, NO_PATIENCE)) {
                check(victim.until(Victim.READY));
                List<String> said = new ArrayList<>();
                said.addAll(victim.until(Victim.ANSWERED));
                for (int wait = random.nextInt(MOST_LINES); wait > 0; wait--) {
                    said.addAll(victim.until(ANY));
                }
                said.addAll(victim.kill());
                note(said);
            }
        }
        try (var last = new VictimProcess(database, Victim.class, "finish", "0", LEASE, RENEWAL, NO_PATIENCE)) {
            check(last.until(Victim.READY));
            VictimProcess.sameEvents(last.until(Victim.END));
        }
        assertThat(changes).isGreaterThanOrEqualTo(ROUNDS);
        assertThat(cutOff).as("seed %d: comparisons that a kill cut off", seed).isPositive();
        System.out.printf("%d kills on %s: %d answered changes, %d of %d machines had one under way, comparisons"
                + " were cut off %d times%n", ROUNDS, database.jdbcUrl().split(":", 3)[1], changes, halfway,
                answered.size(),
                cutOff);
    }

    /** An answered operation is there; the request that was under way is there as a whole, or not. */
    private void check(List<String> said) {
        Map<String, Long> found = new HashMap<>();
        for (String line : said) {
            String[] words = line.split(" ", -1);
            assertThat(words[0]).as("seed %d: %s", seed, line).isNotEqualTo(Victim.BROKEN);
            if (words[0].equals(Victim.REBUILT)) {
                found.put(words[1], Long.valueOf(words[2]));
            }
            cutOff += words[0].equals(Victim.CUT_OFF) ? 1 : 0;
        }
        answered.forEach((machine, last) -> {
            assertThat(found).as("seed %d", seed).containsKey(machine);
            Long there = found.get(machine);
            long open = asked.getOrDefault(machine, 0L);
            assertThat(there).as("seed %d, machine %s, of which %d operations were answered", seed, machine, last)
                    .isIn(last, last + open);
            halfway += open > 0 ? 1 : 0;
            asked.put(machine, 0L);
        });
        found.forEach(answered::put);
    }

    private void note(List<String> said) {
        for (String line : said) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case Victim.ASKED -> {
                    // A machine has two operations from its making: it is there, as its creation was answered.
                    answered.putIfAbsent(words[1], 2L);
                    asked.put(words[1], Long.valueOf(words[2]));
                }
                case Victim.ANSWERED -> {
                    answered.put(words[1], Long.valueOf(words[2]));
                    asked.put(words[1], 0L);
                    changes++;
                }
                default -> throw new AssertionError(line);
            }
        }
    }
}
