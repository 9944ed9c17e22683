package io.mmulab.lab.conformance;

/** A recording, or an archive of them, can't be read. */
public final class UnreadableRecordingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String place;

    UnreadableRecordingException(String place, String problem) {
        super(problem);
        this.place = place;
    }

    /** Where: {@code line 3}, behind the name of the file if it was in an archive; empty for the whole. */
    public String place() {
        return place;
    }
}
