package io.mmulab.device;

import java.util.Map;

class SmmuV3SvaTest extends SecondaryMmuContract {
    @Override
    String model() {
        return DeviceModels.SMMUV3_SVA;
    }

    @Override
    Map<String, String> options() {
        return Map.of();
    }
}
