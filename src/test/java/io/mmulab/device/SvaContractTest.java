package io.mmulab.device;

import java.util.Map;

import org.junit.jupiter.api.Nested;

/** Every IOMMU, and every choice of one that changes what it caches or how it hears, keeps the contract of devices. */
class SvaContractTest {

    @Nested
    class SmmuV3 extends Contract {
        SmmuV3() {
            super("smmuv3-sva", Map.of());
        }
    }

    @Nested
    class SmmuV3WithBtm extends Contract {
        SmmuV3WithBtm() {
            super("smmuv3-sva", Map.of("btm", "true"));
        }
    }

    @Nested
    class SmmuV3WithBtmAndAts extends Contract {
        SmmuV3WithBtmAndAts() {
            super("smmuv3-sva", Map.of("btm", "true", "ats", "true"));
        }
    }

    @Nested
    class SmmuV3WithAtsPriAndRangeCommands extends Contract {
        SmmuV3WithAtsPriAndRangeCommands() {
            super("smmuv3-sva", Map.of("ats", "true", "fault", "pri", "rangeCommands", "true", "httu", "true"));
        }
    }

    @Nested
    class SmmuV3WithFaultsOfItsOwn extends Contract {
        SmmuV3WithFaultsOfItsOwn() {
            super("smmuv3-sva", Map.of("fault", "device", "hugeEntries", "splinters"));
        }
    }

    @Nested
    class Vtd extends Contract {
        Vtd() {
            super("vtd-sva", Map.of());
        }
    }

    @Nested
    class VtdWithoutPriAndAts extends Contract {
        VtdWithoutPriAndAts() {
            super("vtd-sva", Map.of("ats", "false", "fault", "device"));
        }
    }

    @Nested
    class Amd extends Contract {
        Amd() {
            super("amd-sva", Map.of());
        }
    }

    @Nested
    class RiscV extends Contract {
        RiscV() {
            super("riscv-sva", Map.of());
        }
    }

    @Nested
    class Ocxl extends Contract {
        Ocxl() {
            super("ocxl", Map.of());
        }
    }

    @Nested
    class OcxlWithAtsd extends Contract {
        OcxlWithAtsd() {
            super("ocxl", Map.of("atsd", "true"));
        }
    }

    abstract static class Contract extends SecondaryMmuContract {
        private final String model;
        private final Map<String, String> options;

        Contract(String model, Map<String, String> options) {
            this.model = model;
            this.options = options;
        }

        @Override
        String model() {
            return model;
        }

        @Override
        Map<String, String> options() {
            return options;
        }
    }
}
