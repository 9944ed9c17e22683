package io.mmulab.device;

import java.util.List;
import java.util.Map;

import io.mmulab.kernel.secondary.DeviceFactory;
import io.mmulab.kernel.secondary.MmuServices;
import io.mmulab.kernel.secondary.SecondaryMmu;

/** The table of device models: what there is to choose from, and how to make one. */
public final class DeviceModels implements DeviceFactory {
    static final String SMMUV3_SVA = "smmuv3-sva";
    static final String KVM = "kvm";

    private static final String BTM = "btm";
    private static final String RETRY_BUDGET = "retryBudget";
    private static final String SLOTS = "slots";
    private static final int MAX_RETRY_BUDGET = 1000;

    private static final List<Entry> TABLE = List.of(
            new Entry(
                    new DeviceModel(SMMUV3_SVA,
                            "A stall-capable device behind an Arm SMMUv3: shares the CPU's page table and caches its "
                                    + "entries in a TLB of its own.",
                            List.of("Subscribes with the secondary-TLB hook only.",
                                    "Caches valid entries, read-only ones too; never one that faults in the walk.",
                                    "An entry that is not young faults; a clean one refuses writes where the "
                                            + "architecture says so (no HTTU).",
                                    "A cached entry without permission faults and is not walked again.",
                                    "After a handled fault CMD_RESUME retries the same look-up and invalidates nothing.",
                                    "An invalidation of 512 pages or more (4 KiB pages) drops the whole address space.",
                                    "With BTM it obeys the CPUs' broadcast TLBI, and its driver sends none; nothing "
                                            + "changes where CPUs do not broadcast."),
                            List.of(new DeviceModel.Option(BTM, "false", "true, false",
                                    "Whether broadcast TLB maintenance reaches the device's TLB. Mainline "
                                            + "Linux never enables it."),
                                    new DeviceModel.Option(RETRY_BUDGET, "8", "1 to " + MAX_RETRY_BUDGET,
                                            "Handled faults of one access before the device gives up.")),
                            List.of("linux-source-6.1 drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c",
                                    "linux-source-6.12 drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c",
                                    "Arm SMMUv3 architecture specification, IHI 0070")),
                    (id, name, options, services) -> new SmmuV3Sva(id, name, services, options.bool(BTM),
                            options.integer(RETRY_BUDGET, 1, MAX_RETRY_BUDGET))),
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

    /** All models, in the order in which they are shown. */
    public static List<DeviceModel> list() {
        return TABLE.stream().map(Entry::model).toList();
    }

    @Override
    public SecondaryMmu create(String model, int id, String name, Map<String, String> options, MmuServices services) {
        for (Entry entry : TABLE) {
            if (entry.model.name().equals(model)) {
                return entry.maker.make(id, name, new Options(entry.model, options), services);
            }
        }
        throw new IllegalArgumentException("unknown device model: " + model);
    }

    private record Entry(DeviceModel model, Maker maker) {}

    @FunctionalInterface
    private interface Maker {
        SecondaryMmu make(int id, String name, Options options, MmuServices services);
    }

    /** The options that were given, over the defaults of the model. */
    private record Options(DeviceModel model, Map<String, String> given) {
        Options {
            for (String name : given.keySet()) {
                if (model.options().stream().noneMatch(option -> option.name().equals(name))) {
                    throw new IllegalArgumentException("unknown option of " + model.name() + ": " + name);
                }
            }
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
