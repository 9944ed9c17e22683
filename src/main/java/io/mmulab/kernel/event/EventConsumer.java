package io.mmulab.kernel.event;

/** Takes full chunks of a machine's events; may block, which slows the machine down. */
@FunctionalInterface
public interface EventConsumer {
    /** Drops everything. */
    EventConsumer NONE = events -> {
    };

    /** A chunk, valid only during the call. */
    void accept(EventColumns events);
}
