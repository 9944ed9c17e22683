package io.mmulab.invariant;

import java.util.ArrayList;
import java.util.List;

import io.mmulab.device.Lab;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.machine.MachineSpec;

/** Every architecture with every version and every design. */
final class Machines {
    private Machines() {}

    static List<MachineSpec> all() {
        List<MachineSpec> all = new ArrayList<>();
        for (Architecture architecture : Lab.RECORDED) {
            for (KernelVersion version : KernelVersion.PRESETS) {
                for (KernelDesign design : KernelDesign.THREAD) {
                    all.add(MachineSpec.of(architecture, version, design));
                }
            }
        }
        return all;
    }

    static String name(MachineSpec spec) {
        return spec.architecture().name() + " " + spec.version().name() + " " + spec.design().name();
    }
}
