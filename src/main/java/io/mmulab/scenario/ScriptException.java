package io.mmulab.scenario;

/** A script is not in the form that scripts have: says which line, and what is wrong with it. */
public final class ScriptException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final String problem;

    /** About a line, counted from 1. */
    public ScriptException(int line, String problem) {
        super("line " + line + ": " + problem);
        this.line = line;
        this.problem = problem;
    }

    /** What is wrong. */
    public String problem() {
        return problem;
    }

    /** The line, counted from 1. */
    public int line() {
        return line;
    }
}
