package io.mmulab.history;

/** A place in the order of events: behind this one. */
public record EventPosition(String machine, long seq) {}
