package io.mmulab.history;

/** A column that events can be grouped by. */
public enum EventColumn {
    /** By machine. */
    MACHINE("machine", "m.id", true),
    /** By comparison of the machine. */
    COMPARISON("comparison", "m.comparison", true),
    /** By architecture of the machine. */
    ARCHITECTURE("architecture", "m.architecture", true),
    /** By design of the machine's kernel. */
    KERNEL_DESIGN("kernelDesign", "m.kernel_design", true),
    /** By operation. */
    OPERATION("operation", "e.operation", false),
    /** By address space. */
    ADDRESS_SPACE("addressSpace", "e.address_space", false),
    /** By kind of row. */
    PHASE("phase", "k.phase", true),
    /** By notifier event. */
    TYPE("type", "k.event_type", true),
    /** By cause. */
    CAUSE("cause", "k.cause", true),
    /** By device. */
    SUBSCRIBER("subscriber", "e.subscriber", true),
    /** By what devices did. */
    REACTION("reaction", "k.reaction", true),
    /** By broken rule. */
    VIOLATION("violation", "k.violation", true);

    private final String label;
    private final String sql;
    private final boolean inTotals;

    EventColumn(String label, String sql, boolean inTotals) {
        this.label = label;
        this.sql = sql;
        this.inTotals = inTotals;
    }

    /** As the field is called in an event. */
    public String label() {
        return label;
    }

    String sql() {
        return sql;
    }

    /** Whether it is a column of machines. */
    boolean isOfMachine() {
        return sql.startsWith("m.");
    }

    /** Whether the totals of minutes can be grouped by it. */
    boolean isInTotals() {
        return inTotals;
    }
}
