package io.mmulab.device;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.mmulab.kernel.secondary.DeviceFactory;
import io.mmulab.kernel.secondary.MmuServices;
import io.mmulab.kernel.secondary.SecondaryMmu;

/** The table of device models: what there is to choose from, and how to make one. */
public final class DeviceModels implements DeviceFactory {
    static final String SMMUV3_SVA = IommuModels.SMMUV3.model();
    static final String KVM = "kvm";

    private static final String SLOTS = "slots";

    private static final List<Entry> TABLE = List.of(
            sva(IommuModels.SMMUV3, IommuModels.smmuV3()), sva(IommuModels.VTD, IommuModels.vtd()),
            sva(IommuModels.AMD, IommuModels.amd()), sva(IommuModels.RISCV, IommuModels.riscV()),
            sva(IommuModels.OCXL, IommuModels.ocxl()),
            new Entry(
                    new DeviceModel(KVM,
                            "A guest of KVM: has page tables of its own and copies the host's entries into them.",
                            List.of("Subscribes with invalidate_range_start and _end, change_pte and the young calls.",
                                    "invalidate_range_start zaps what overlaps a memory slot, whatever the event.",
                                    "A fault asks the host for the page and installs it unless an invalidation is in "
                                            + "progress or has ended meanwhile.",
                                    "Maps a page writable if the host's entry is writable, also on a read.",
                                    "Maps a huge page as one entry if the host does, the slot has the same alignment and "
                                            + "does not log dirty pages.",
                                    "A write to a read-only entry faults and asks the host again.",
                                    "What no slot has, and a write to a read-only slot, is left to user space (MMIO).",
                                    "Slots are added and removed at any time; removing one zaps the entries of all slots "
                                            + "on x86-64, those of the slot on arm64, without a notifier call.",
                                    "change_pte maps the new page read-only on arm64, where a table is still there; on "
                                            + "x86-64 it only replaces an entry, which start has zapped."),
                            List.of(new DeviceModel.Option(SLOTS, MemorySlots.IDENTITY,
                                    MemorySlots.IDENTITY + ", " + MemorySlots.NO_SLOTS
                                            + ", or gpa:hva:length[:ro],... in hexadecimal",
                                    "Where guest memory is. " + MemorySlots.IDENTITY
                                            + ": a guest address is the host virtual address, and a slot of 1 GiB is made "
                                            + "when an address is first used. " + MemorySlots.NO_SLOTS
                                            + ": slots come with SetMemoryRegion.")),
                            List.of("linux-source-6.12 virt/kvm/kvm_main.c, arch/arm64/kvm/mmu.c, arch/x86/kvm/mmu/mmu.c",
                                    "linux-source-6.1 arch/arm64/kvm/mmu.c, arch/x86/kvm/mmu/tdp_mmu.c (change_pte)",
                                    "recordings of Linux 6.1, 6.12 and 7.3 on x86-64 and arm64")),
                    (id, name, options, services) -> new Kvm(id, name, services, MemorySlots.parse(options.text(SLOTS),
                            services.architecture().pageSize(), services.architecture().taskSize()))));

    private final List<DeviceDesign> designs;

    /** Only the models of Linux. */
    public DeviceModels() {
        this(List.of());
    }

    /**
     * With more designs than the presets, which they may not replace.
     *
     * @throws IllegalArgumentException if one of them cannot be built; the message names the field
     */
    public DeviceModels(Collection<DeviceDesign> posted) {
        List<DeviceDesign> all = new ArrayList<>(DeviceDesigns.PRESETS);
        for (DeviceDesign design : posted) {
            for (DeviceDesign.Problem problem : design.problems()) {
                throw new IllegalArgumentException(problem.field() + " " + problem.message());
            }
            if (list().stream().anyMatch(model -> model.name().equals(design.name()))) {
                throw new IllegalArgumentException("name is that of a preset: " + design.name());
            }
            all.add(design);
        }
        designs = List.copyOf(all);
    }

    private static Entry sva(Iommu iommu, DeviceModel model) {
        return new Entry(model,
                (id, name, options, services) -> new SvaDevice(id, name, services,
                        IommuModels.choices(iommu, options)));
    }

    /** All models of Linux, in the order in which they are shown. */
    public static List<DeviceModel> list() {
        return Stream
                .concat(TABLE.stream().map(Entry::model), DeviceDesigns.PRESETS.stream().map(DeviceDesign::toModel))
                .toList();
    }

    /** The presets that are sets of choices, as a pattern for one's own. */
    public static List<DeviceDesign> designs() {
        return DeviceDesigns.PRESETS;
    }

    /** Whether a device of that model is found beside CPUs of an architecture; true for what is not bound to any. */
    public static boolean sitsBeside(String model, String architecture) {
        return IommuModels.ALL.stream().filter(iommu -> iommu.model().equals(model))
                .allMatch(iommu -> architecture.startsWith(iommu.cpus()));
    }

    @Override
    public SecondaryMmu create(String model, int id, String name, Map<String, String> options, MmuServices services) {
        for (Entry entry : TABLE) {
            if (entry.model.name().equals(model)) {
                return entry.maker.make(id, name, new Options(entry.model, options), services);
            }
        }
        for (DeviceDesign design : designs) {
            if (design.name().equals(model)) {
                return new MirrorDevice(id, name, services, design(design, options));
            }
        }
        throw new IllegalArgumentException("unknown device model: " + model);
    }

    /** A design has all its choices already: it takes no options. */
    private static DeviceDesign design(DeviceDesign design, Map<String, String> options) {
        if (!options.isEmpty()) {
            throw new IllegalArgumentException(
                    "unknown option of " + design.name() + ": " + options.keySet().iterator().next());
        }
        return design;
    }

    private record Entry(DeviceModel model, Maker maker) {}

    @FunctionalInterface
    private interface Maker {
        SecondaryMmu make(int id, String name, Options options, MmuServices services);
    }

    /** The options that were given, over the defaults of the model. */
    record Options(DeviceModel model, Map<String, String> given) {
        Options {
            for (String name : given.keySet()) {
                if (model.options().stream().noneMatch(option -> option.name().equals(name))) {
                    throw new IllegalArgumentException("unknown option of " + model.name() + ": " + name);
                }
            }
        }

        boolean has(String name) {
            return model.options().stream().anyMatch(option -> option.name().equals(name));
        }

        IllegalArgumentException isNot(String name) {
            String values = model.options().stream().filter(option -> option.name().equals(name)).findFirst()
                    .orElseThrow().values();
            return new IllegalArgumentException(name + " is none of " + values + ": " + text(name));
        }

        String text(String name) {
            String value = given.get(name);
            return value != null ? value
                    : model.options().stream().filter(option -> option.name().equals(name)).findFirst().orElseThrow()
                            .defaultValue();
        }

        boolean bool(String name) {
            String value = text(name);
            if (!value.equals("true") && !value.equals("false")) {
                throw new IllegalArgumentException(name + " is neither true nor false: " + value);
            }
            return value.equals("true");
        }

        int integer(String name, int least, int most) {
            String value = text(name);
            try {
                int number = Integer.parseInt(value);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(name + " is not a number: " + value, e);
            }
            throw new IllegalArgumentException(name + " not in " + least + ".." + most + ": " + value);
        }
    }
}
