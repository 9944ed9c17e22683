package io.mmulab.history;

import java.time.Instant;

/**
 * A place in an order of events: behind this one.
 *
 * @param machine number of its machine
 * @param seq its number within the machine
 * @param recordedAt when it was stored
 */
public record EventPosition(long machine, long seq, Instant recordedAt) {}
