package io.mmulab.lab.comparison;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.lab.Catalogue;
import io.mmulab.lab.RefusedException;
import io.mmulab.lab.RefusedException.Reason;
import io.mmulab.trace.replay.DeviceChoice;
import io.mmulab.trace.replay.DeviceWorkload;

/** The axes of a comparison, with names looked up and bounds checked. */
record ComparisonMatrix(List<Architecture> architectures, List<KernelDesign> designs, List<Device> devices,
        DeviceWorkload workload, long seed) {
    /** Most cells of one comparison. */
    static final int MAX_CELLS = 128;
    /** Most characters of a device with its options: they label its machines. */
    private static final int MAX_DEVICE = 64;
    private static final List<String> DEFAULT_DEVICES = List.of("smmuv3-sva", "smmuv3-sva:btm=true", "kvm");

    /** A device and how the table names it. */
    record Device(String label, DeviceChoice choice) {}

    /** @throws RefusedException naming the field and what there is */
    static ComparisonMatrix of(ComparisonRequest request, Catalogue catalogue) {
        List<Architecture> architectures = orDefault(request.architectures(), List.of("arm64", "x86-64")).stream()
                .distinct().map(name -> catalogue.architecture("architectures", name)).toList();
        List<KernelDesign> designs = orDefault(request.kernelDesigns(),
                KernelDesign.THREAD.stream().map(KernelDesign::name).toList()).stream().distinct()
                .map(name -> catalogue.design("kernelDesigns", name)).toList();
        List<Device> devices = orDefault(request.devices(), DEFAULT_DEVICES).stream().distinct()
                .map(ComparisonMatrix::device).toList();
        long cells = (long) architectures.size() * designs.size() * devices.size();
        if (cells > MAX_CELLS) {
            throw new RefusedException(Reason.LIMIT_EXCEEDED, "devices",
                    "architectures x kernelDesigns x devices is " + cells + " cells, more than " + MAX_CELLS);
        }
        DeviceWorkload workload = pick("workload", request.workload() == null ? null : List.of(request.workload()),
                Arrays.asList(DeviceWorkload.values()), DeviceWorkload::label, List.of("mirror-reads")).getFirst();
        Long seed = request.seed();
        return new ComparisonMatrix(architectures, designs, devices, workload, seed == null ? 1 : seed);
    }

    int cells() {
        return architectures.size() * designs.size() * devices.size();
    }

    private static <T> List<T> pick(String field, @Nullable List<String> wanted, List<T> known,
            Function<T, String> name, List<String> byDefault) {
        List<T> picked = new ArrayList<>();
        for (String one : orDefault(wanted, byDefault).stream().distinct().toList()) {
            picked.add(known.stream().filter(candidate -> name.apply(candidate).equals(one)).findFirst()
                    .orElseThrow(() -> new RefusedException(Reason.NO_SUCH_OBJECT, field, "there is no \"" + one
                            + "\"; there are " + String.join(", ", known.stream().map(name).toList()))));
        }
        return picked;
    }

    private static List<String> orDefault(@Nullable List<String> given, List<String> byDefault) {
        return given == null || given.isEmpty() ? byDefault : given;
    }

    private static Device device(String text) {
        if (text.length() > MAX_DEVICE) {
            throw new RefusedException(Reason.LIMIT_EXCEEDED, "devices",
                    "a device of " + text.length() + " characters is longer than " + MAX_DEVICE);
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            return new Device(text, new DeviceChoice(text, Map.of()));
        }
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : text.substring(colon + 1).split(",", -1)) {
            int equals = option.indexOf('=');
            if (equals < 1) {
                throw new RefusedException(Reason.INVALID_OPERATION, "devices",
                        "\"" + option + "\" is not option=value, as in smmuv3-sva:btm=true");
            }
            options.put(option.substring(0, equals), option.substring(equals + 1));
        }
        return new Device(text, new DeviceChoice(text.substring(0, colon), options));
    }
}
