package io.mmulab.history;

/** A column that events can be grouped by. */
public enum EventColumn {
    /** By machine. */
    MACHINE("machine", "id.machine"),
    /** By operation. */
    OPERATION("operation", "operation"),
    /** By address space. */
    ADDRESS_SPACE("addressSpace", "addressSpace"),
    /** By kind of row. */
    PHASE("phase", "phase"),
    /** By notifier event. */
    TYPE("type", "type"),
    /** By cause. */
    CAUSE("cause", "cause"),
    /** By device. */
    SUBSCRIBER("subscriber", "subscriber"),
    /** By what devices did. */
    REACTION("reaction", "reaction"),
    /** By broken rule. */
    VIOLATION("violation", "violation");

    private final String label;
    private final String path;

    EventColumn(String label, String path) {
        this.label = label;
        this.path = path;
    }

    /** As the field is called in an event. */
    public String label() {
        return label;
    }

    String path() {
        return path;
    }
}
