package io.mmulab.lab.definition;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.device.DeviceDesign;
import io.mmulab.device.DeviceModels;
import io.mmulab.kernel.secondary.DeviceFactory;
import io.mmulab.kernel.secondary.MmuServices;
import io.mmulab.kernel.secondary.SecondaryMmu;
import io.mmulab.lab.Catalogue;
import io.mmulab.lab.json.KernelJson;

/** Makes the devices of Linux, and those that users designed: by the definition among the options, or by name. */
@Component
class DefinedDevices implements DeviceFactory {
    private final Definitions definitions;
    private final DeviceModels models = new DeviceModels();
    private final JsonMapper json = KernelJson.mapper();

    DefinedDevices(Definitions definitions) {
        this.definitions = definitions;
    }

    @Override
    public SecondaryMmu create(String model, int id, String name, Map<String, String> options, MmuServices services) {
        Map<String, String> complete = definitions.deviceOptions(model, options);
        String definition = complete.get(Catalogue.DEFINITION);
        if (definition == null) {
            return models.create(model, id, name, options, services);
        }
        Map<String, String> others = new HashMap<>(complete);
        others.remove(Catalogue.DEFINITION);
        return new DeviceModels(List.of(design(model, definition))).create(model, id, name, others, services);
    }

    private DeviceDesign design(String model, String definition) {
        try {
            DeviceDesign design = json.readValue(definition, DeviceDesign.class);
            if (design.name().equals(model)) {
                return design;
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException("definition is not that of a device design", e);
        }
        throw new IllegalArgumentException("definition is that of another device design than " + model);
    }
}
