package io.mmulab.device;

import java.util.Map;

class KvmTest extends SecondaryMmuContract {
    @Override
    String model() {
        return DeviceModels.KVM;
    }

    @Override
    Map<String, String> options() {
        return Map.of();
    }
}
