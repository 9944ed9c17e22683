package io.mmulab.web;

import java.io.IOException;

import io.mmulab.history.EventRow;

/**
 * Writes events one after the other, in a format for other programs, and keeps none of them longer than the format needs.
 *
 * <p>There is nothing to close: an export that failed is left without its end, so that it can't be taken for a whole one.
 */
interface EventWriter {
    void write(EventRow event) throws IOException;

    /** Writes what comes behind the last event. */
    void end() throws IOException;
}
