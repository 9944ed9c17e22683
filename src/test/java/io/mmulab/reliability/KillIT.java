package io.mmulab.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.mmulab.testdb.EmptyDatabase;

/**
 * The service is killed at random moments, while it changes machines and runs comparisons, and started again. What was answered is
 * there once; what was not is there wholly or not at all; machines are the same; a comparison that was cut off ends with the
 * events of one that was not. {@code -Dmmulab.kill.rounds=50} is the long form.
 */
class KillIT {
    private static final int ROUNDS = Integer.getInteger("mmulab.kill.rounds", 3);
    /** A kill comes after so many answers at most, and so many milliseconds. */
    private static final int MOST_ANSWERS = 60;
    private static final int LONGEST = 100;
    /** Soon enough for the next process. */
    private static final String LEASE = "--mmulab.comparison.lease=2s";
    private static final String RENEWAL = "--mmulab.comparison.renewal=500ms";

    private final EmptyDatabase database = EmptyDatabase.create();
    private final long seed = Long.getLong("mmulab.kill.seed", System.nanoTime());
    /** By machine: the last operation that was answered, and how many were asked for since. */
    private final Map<String, Long> answered = new HashMap<>();
    private final Map<String, Long> asked = new HashMap<>();
    private int comparisons;
    private int changes;
    private int halfway;

    @Test
    void whatWasAnsweredIsThereOnce() throws IOException, InterruptedException {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            try (var victim = new VictimProcess(database, Victim.class, "work", String.valueOf(random.nextInt()), LEASE,
                    RENEWAL)) {
                check(victim.until(Victim.READY));
                List<String> said = new ArrayList<>();
                for (int wait = random.nextInt(MOST_ANSWERS); wait >= 0; wait--) {
                    said.addAll(victim.until(Victim.ANSWERED));
                }
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST));
                said.addAll(victim.kill());
                note(said);
            }
        }
        try (var last = new VictimProcess(database, Victim.class, "finish", "0", LEASE, RENEWAL)) {
            check(last.until(Victim.READY));
            sameEvents(last.until(Victim.END));
        }
        assertThat(changes).isGreaterThanOrEqualTo(ROUNDS);
        System.out.printf("%d kills on %s: %d answered changes, %d of %d machines had one under way, %d comparisons"
                + " begun%n", ROUNDS, database.jdbcUrl().split(":", 3)[1], changes, halfway, answered.size(),
                comparisons);
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
                case Victim.COMPARISON -> comparisons++;
                default -> throw new AssertionError(line);
            }
        }
    }

    private static void sameEvents(List<String> said) {
        List<String[]> events =
                said.stream().map(line -> line.split(" ", -1)).filter(words -> words[0].equals(Victim.EVENTS))
                        .toList();
        assertThat(events).isNotEmpty();
        assertThat(said).noneMatch(line -> line.startsWith(Victim.BROKEN));
        // The last one ran from its beginning to its end.
        String[] undisturbed = events.getLast();
        assertThat(events).allSatisfy(words -> {
            assertThat(words[2]).isEqualTo("DONE");
            assertThat(words[3]).as("comparison %s", words[1]).isEqualTo(undisturbed[3]);
        });
    }
}
