package io.mmulab.kernel.event;

import org.jspecify.annotations.Nullable;

/**
 * Reports calls of kernel functions, in order, to whoever listens; costs one comparison when nobody does. Call sites that
 * must make up a detail ask {@link #isOn()} first.
 */
public final class Tracer {
    private @Nullable Listener listener;
    private @Nullable Listener watch;

    /** Hears every {@link Tracepoint}. */
    public interface Listener {
        /**
         * One call.
         *
         * @param mm address space, 0 where the function knows none
         * @param start address or first byte of a range
         * @param end end of the range, exclusive; -1 with start 0 is everything
         * @param value see {@link Tracepoint}
         * @param detail see {@link Tracepoint}
         */
        void called(Tracepoint point, int mm, long start, long end, long value, String detail);
    }

    /** Starts reporting to a listener, or stops with null. */
    public void listen(@Nullable Listener to) {
        listener = to;
    }

    /** Reports to one more, whoever {@link #listen listens} beside it. */
    public void watch(Listener by) {
        watch = by;
    }

    /** Whether somebody listens. */
    public boolean isOn() {
        return listener != null || watch != null;
    }

    /** Reports a call. */
    public void call(Tracepoint point, int mm, long start, long end, long value, String detail) {
        if (listener != null) {
            listener.called(point, mm, start, end, value, detail);
        }
        if (watch != null) {
            watch.called(point, mm, start, end, value, detail);
        }
    }

    /** Reports a call that is said by its range. */
    public void call(Tracepoint point, int mm, long start, long end) {
        call(point, mm, start, end, 0, "");
    }
}
