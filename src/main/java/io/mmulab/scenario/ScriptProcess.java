package io.mmulab.scenario;

import java.util.List;

import org.jspecify.annotations.Nullable;

/** A process of a script: its address space, what it calls its places, and the virtual machine that it opened. */
public final class ScriptProcess {
    private final String name;
    private final Regions regions;
    private int mm;
    private boolean alive = true;
    private @Nullable VirtualMachine vm;

    /**
     * A virtual machine, as the file descriptor that a process has of it.
     *
     * @param device name of the device
     * @param mm the address space that it belongs to: another one may not use it
     */
    record VirtualMachine(String device, int mm) {}

    ScriptProcess(String name, int mm, Regions regions) {
        this.name = name;
        this.mm = mm;
        this.regions = regions;
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

    @Nullable
    VirtualMachine vm() {
        return vm;
    }

    void openVm(VirtualMachine opened) {
        vm = opened;
    }

    void closeVm() {
        vm = null;
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
        ScriptProcess result = new ScriptProcess(child, childMm, new Regions(regions));
        result.vm = vm;
        return result;
    }
}
