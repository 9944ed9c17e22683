package io.mmulab.kernel.lock;

/** Who is running. A machine has one; an explorer sets it when it switches actors. */
public final class CurrentActor {
    private Actor actor = new Actor();

    /** The running actor. */
    public Actor get() {
        return actor;
    }

    /** Switches. */
    public void set(Actor next) {
        actor = next;
    }
}
