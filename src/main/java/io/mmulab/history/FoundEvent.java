package io.mmulab.history;

/**
 * An event and its place.
 *
 * @param position what to give for the events behind it
 */
public record FoundEvent(EventRow row, EventPosition position) {}
