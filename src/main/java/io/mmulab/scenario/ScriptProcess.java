package io.mmulab.scenario;

import java.util.List;

/** A process of a script: its address space, what it calls its places, and the virtual machine that it opened. */
public final class ScriptProcess {
    private final String name;
    private final Regions regions;
    private final KvmDescriptors kvm;
    private int mm;
    private boolean alive = true;

    ScriptProcess(String name, int mm, Regions regions) {
        this(name, mm, regions, new KvmDescriptors());
    }

    private ScriptProcess(String name, int mm, Regions regions, KvmDescriptors kvm) {
        this.name = name;
        this.mm = mm;
        this.regions = regions;
        this.kvm = kvm;
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

    /** The places that it knows by name. */
    public List<Region> regions() {
        return regions.all();
    }

    Regions places() {
        return regions;
    }

    KvmDescriptors kvm() {
        return kvm;
    }

    void gone() {
        alive = false;
    }

    void execTo(int newMm) {
        mm = newMm;
        alive = false;
    }

    /** The child has its parent's places and open files. */
    ScriptProcess fork(String child, int childMm) {
        return new ScriptProcess(child, childMm, new Regions(regions), new KvmDescriptors(kvm));
    }
}
