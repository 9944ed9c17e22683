package io.mmulab.device;

import java.util.Map;

import org.junit.jupiter.api.Nested;

/** The contract of devices, for each that keeps a table of its own. */
class MirrorDevicesTest {
    abstract static class Mirror extends SecondaryMmuContract {
        private final DeviceDesign design;

        Mirror(DeviceDesign design) {
            this.design = design;
        }

        @Override
        String model() {
            return design.name();
        }

        @Override
        Map<String, String> options() {
            return Map.of();
        }
    }

    @Nested
    class Gpu extends Mirror {
        Gpu() {
            super(DeviceDesigns.GPU);
        }
    }

    @Nested
    class Nouveau extends Mirror {
        Nouveau() {
            super(DeviceDesigns.NOUVEAU);
        }

        @Override
        boolean refusesInTheList() {
            return true;
        }
    }

    @Nested
    class TestHmm extends Mirror {
        TestHmm() {
            super(DeviceDesigns.TEST_HMM);
        }
    }

    @Nested
    class RdmaOnDemandPaging extends Mirror {
        RdmaOnDemandPaging() {
            super(DeviceDesigns.RDMA_ODP);
        }
    }

    @Nested
    class XenGntdev extends Mirror {
        XenGntdev() {
            super(DeviceDesigns.XEN_GNTDEV);
        }

        @Override
        Afterwards afterwards() {
            return Afterwards.STAYS_GONE;
        }
    }

    @Nested
    class Pinned extends Mirror {
        Pinned() {
            super(DeviceDesigns.PINNED);
        }

        @Override
        Afterwards afterwards() {
            return Afterwards.KEEPS_PAGE;
        }
    }

    @Nested
    class Stage1Shadow extends Mirror {
        Stage1Shadow() {
            super(DeviceDesigns.STAGE1_SHADOW);
        }
    }
}
