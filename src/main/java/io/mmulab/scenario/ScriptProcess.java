package io.mmulab.scenario;

import java.util.List;

import org.jspecify.annotations.Nullable;

/** A process of a script: its address space, what it calls its places, and the virtual machine that it opened. */
public final class ScriptProcess {
    /** No userfaultfd was opened. */
    static final int NO_USERFAULTFD = -1;
    /** One was opened, but the kernel does not have what it was to do. */
    static final int USERFAULTFD_UNUSABLE = 0;

    private final String name;
    private final Regions regions;
    private final KvmDescriptors kvm;
    private final @Nullable ScriptProcess parent;
    private int mm;
    private boolean alive = true;
    private boolean running = true;
    private int userfaultfd = NO_USERFAULTFD;

    ScriptProcess(String name, int mm, Regions regions) {
        this(name, mm, regions, new KvmDescriptors(), null);
    }

    private ScriptProcess(String name, int mm, Regions regions, KvmDescriptors kvm,
            @Nullable ScriptProcess parent) {
        this.name = name;
        this.mm = mm;
        this.regions = regions;
        this.kvm = kvm;
        this.parent = parent;
    }

    /** As the script says. */
    public String name() {
        return name;
    }

    /** Id of its address space. */
    public int mm() {
        return mm;
    }

    /** Whether the script's program still runs in it: false after exit and after execve. */
    public boolean isAlive() {
        return alive;
    }

    /** Whether a process of that name exists, be it another program by now. */
    boolean isRunning() {
        return running;
    }

    /** Its userfaultfd: number of the context, or {@link #NO_USERFAULTFD}, {@link #USERFAULTFD_UNUSABLE}. */
    int userfaultfd() {
        return userfaultfd;
    }

    void openUserfaultfd(int context) {
        userfaultfd = context;
    }

    /** The places that it knows by name. */
    public List<Region> regions() {
        return regions.all();
    }

    Regions places() {
        return regions;
    }

    boolean isChildOf(ScriptProcess process) {
        return parent == process;
    }

    KvmDescriptors kvm() {
        return kvm;
    }

    void gone() {
        alive = false;
        running = false;
    }

    void execTo(int newMm) {
        mm = newMm;
        alive = false;
    }

    /** The child has its parent's places and open files. */
    ScriptProcess fork(String child, int childMm) {
        ScriptProcess result = new ScriptProcess(child, childMm, new Regions(regions), new KvmDescriptors(kvm), this);
        result.userfaultfd = userfaultfd;
        return result;
    }
}
