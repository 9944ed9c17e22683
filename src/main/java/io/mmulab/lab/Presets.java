package io.mmulab.lab;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.lab.RefusedException.Reason;

/** The presets of each axis, by name. */
public final class Presets {

    private Presets() {}

    /** An architecture. */
    public static Architecture architecture(String name) {
        return find(Architecture.PRESETS, Architecture::name, "architecture", name);
    }

    /** A kernel version. */
    public static KernelVersion version(String name) {
        return find(KernelVersion.PRESETS, KernelVersion::name, "kernelVersion", name);
    }

    /** A kernel design. */
    public static KernelDesign design(String name) {
        return find(KernelDesign.PRESETS, KernelDesign::name, "kernelDesign", name);
    }

    private static <T> T find(List<T> presets, Function<T, String> nameOf, String field, String name) {
        return presets.stream().filter(preset -> nameOf.apply(preset).equals(name)).findFirst()
                .orElseThrow(() -> new RefusedException(Reason.NO_SUCH_OBJECT, field,
                        "there is none of this name; there are "
                                + presets.stream().map(nameOf).collect(Collectors.joining(", "))));
    }
}
