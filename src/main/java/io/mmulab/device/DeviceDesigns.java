package io.mmulab.device;

import java.util.List;
import java.util.Map;

import io.mmulab.device.DeviceDesign.Filling;
import io.mmulab.device.DeviceDesign.Hearing;
import io.mmulab.device.DeviceDesign.PermissionFault;
import io.mmulab.device.DeviceDesign.Reaction;
import io.mmulab.device.DeviceDesign.Rights;
import io.mmulab.kernel.event.EventType;

/** The devices with a table of their own that Linux has drivers for, as rows of {@link DeviceDesign}. */
final class DeviceDesigns {
    private static final Map<EventType, Reaction> OWN_MIGRATION = Map.of(EventType.MIGRATE, Reaction.IGNORE_OWN);
    private static final Map<EventType, Reaction> OWN_CHANGES =
            Map.of(EventType.MIGRATE, Reaction.IGNORE_OWN, EventType.EXCLUSIVE, Reaction.IGNORE_OWN);
    private static final long TWO_MEGABYTES = 2L << 20;
    private static final long ONE_GIGABYTE = 1L << 30;
    private static final long GRANT_MAP = 1L << 20;

    static final DeviceDesign GPU = new DeviceDesign("gpu-hmm",
            "A GPU that mirrors the address space by hmm_range_fault, range by range.", Hearing.INTERVAL, Filling.HMM,
            OWN_CHANGES, true, true, Rights.AS_ENTRY, PermissionFault.REFILL, TWO_MEGABYTES, 1, 0, true, true, 8,
            DeviceCosts.GPU,
            List.of("Subscribes to an interval of 2 MiB when an address in it is first used.",
                    "Each event in an interval drops what it covers there, but for migrations to its own memory and "
                            + "pages that it takes for itself.",
                    "Where nobody may sleep it refuses: it would have to wait for what runs on it.",
                    "A fault collects the page by hmm_range_fault and installs it only if the interval's sequence has not "
                            + "moved.",
                    "Pages can move to its memory; the CPU's next access brings them back.",
                    "It can take a page for itself for atomic operations; the CPU's next access takes it back."),
            List.of("linux-source-6.12 drivers/gpu/drm/amd/amdgpu/amdgpu_hmm.c, mm/hmm.c, mm/migrate_device.c"));

    static final DeviceDesign NOUVEAU = new DeviceDesign("nouveau-svm",
            "A GPU of the nouveau driver: start drops its entries, intervals only count.", Hearing.START_AND_INTERVAL,
            Filling.HMM, OWN_CHANGES, true, true, Rights.AS_ENTRY, PermissionFault.REFILL, 1L << 16, 1, 0, true, true,
            8,
            DeviceCosts.GPU,
            List.of("invalidate_range_start without an end drops the range; where nobody may sleep it refuses, which it "
                    + "may as it has no end.",
                    "An interval over what a fault asks for only notes the sequence: right because intervals are told "
                            + "before the list.",
                    "Ignores migrations and exclusive access of its own."),
            List.of("linux-source-6.12 drivers/gpu/drm/nouveau/nouveau_svm.c nouveau_svmm_invalidate_range_start(), "
                    + "nouveau_svm_range_invalidate()"));

    static final DeviceDesign TEST_HMM = new DeviceDesign("test-hmm",
            "The kernel's own test device: a mirror of the whole address space.", Hearing.INTERVAL, Filling.HMM,
            OWN_MIGRATION, false, true, Rights.AS_ENTRY, PermissionFault.REFILL, 0, 1, 0, true, true, 8,
            DeviceCosts.GPU,
            List.of("One interval over all addresses, from the first moment.",
                    "Ignores only migrations of its own; drops what any other event covers.",
                    "Its lock is free when nobody may sleep, so that it never refuses here.",
                    "Takes a page for itself only if it gets all pages of the request (EBUSY otherwise)."),
            List.of("linux-source-6.12 lib/test_hmm.c", "tools/testing/selftests/mm/hmm-tests.c"));

    static final DeviceDesign RDMA_ODP = new DeviceDesign("rdma-odp",
            "A network adapter with on-demand paging: pages are mapped when a transfer needs them.", Hearing.INTERVAL,
            Filling.HMM, Map.of(), true, true, Rights.AS_ASKED, PermissionFault.REFILL, ONE_GIGABYTE, 1, 0, false,
            false,
            8, DeviceCosts.NIC,
            List.of("An implicit memory region: a child of 1 GiB with an interval of its own where an address is used.",
                    "Any event unmaps the pages of the region that it covers, and marks them dirty if they were writable.",
                    "Refuses where nobody may sleep.",
                    "Maps a page for writing only when a transfer writes; the page's later upgrade needs no call."),
            List.of("linux-source-6.12 drivers/infiniband/core/umem_odp.c ib_umem_odp_map_dma_and_lock()",
                    "linux-source-6.12 drivers/infiniband/hw/mlx5/odp.c mlx5_ib_invalidate_range()"));

    static final DeviceDesign XEN_GNTDEV = new DeviceDesign("xen-gntdev",
            "Pages granted to another Xen domain and mapped through gntdev.", Hearing.INTERVAL, Filling.ONCE, Map.of(),
            true,
            false, Rights.AS_ENTRY, PermissionFault.REFILL, GRANT_MAP, 1, 0, false, false, 8, DeviceCosts.XEN,
            List.of("An interval for each grant map, here of 1 MiB.",
                    "Every event unmaps the grants that it covers: they are not mapped again.",
                    "Where nobody may sleep it refuses, before it looks at the range.",
                    "No sequence: what is mapped once needs no refill."),
            List.of("linux-source-6.12 drivers/xen/gntdev.c gntdev_invalidate()"));

    static final DeviceDesign PINNED = new DeviceDesign("vfio-pinned",
            "Memory pinned for a device (vfio, iommufd): it hears nothing and must never need to.", Hearing.NOTHING,
            Filling.PIN, Map.of(), false, false, Rights.AS_ENTRY, PermissionFault.REFILL, 0, 1, 0, false, false, 1,
            DeviceCosts.PINNED,
            List.of("Pins a page for as long as it is attached (FOLL_PIN, FOLL_LONGTERM) when it is first used.",
                    "The page is neither freed nor moved meanwhile, and a fork copies it for the child.",
                    "After munmap, MADV_DONTNEED or the end of the process it still reaches the page that it has: by "
                            + "design."),
            List.of("linux-source-6.12 drivers/vfio/vfio_iommu_type1.c vfio_pin_pages_remote()",
                    "linux-source-6.12 drivers/iommu/iommufd/pages.c"));

    static final DeviceDesign STAGE1_SHADOW = new DeviceDesign("stage1-shadow",
            "A hypervisor that shadows the permissions of stage 1, and hears of changes by start and end only.",
            Hearing.START_END, Filling.WALK, Map.of(), false, true, Rights.AS_ENTRY, PermissionFault.KEEP, 0, 1, 0,
            false,
            false, 8, DeviceCosts.KVM,
            List.of("Copies an entry with its permission when an address is first used.",
                    "A write through a read-only copy faults, is handled, and is tried again with the same copy.",
                    "A window drops the copies that it covers: an upgrade without a window leaves it stuck."),
            List.of("Robin Murphy, 30 May 2023: any arm64 hypervisor that shadowed stage-1 permissions via notifiers would "
                    + "be hit equally"));

    /** In the order in which they are shown. */
    static final List<DeviceDesign> PRESETS =
            List.of(GPU, NOUVEAU, TEST_HMM, RDMA_ODP, XEN_GNTDEV, PINNED, STAGE1_SHADOW);

    private DeviceDesigns() {}
}
