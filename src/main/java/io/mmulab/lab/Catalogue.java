package io.mmulab.lab;

import java.util.Map;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;

/** What requests may name. */
public interface Catalogue {
    /** The option that has a device design, as JSON. */
    String DEFINITION = "definition";

    /** The presets alone. */
    Catalogue PRESETS = new Catalogue() {
        @Override
        public Architecture architecture(String field, String name) {
            return Presets.architecture(name);
        }

        @Override
        public KernelDesign design(String field, String name) {
            return Presets.design(name);
        }

        @Override
        public Map<String, String> deviceOptions(String model, Map<String, String> options) {
            return options;
        }
    };

    /**
     * An architecture.
     *
     * @param field of the request that names it
     * @throws RefusedException naming the field and what there is
     */
    Architecture architecture(String field, String name);

    /** As {@link #architecture}, a kernel design. */
    KernelDesign design(String field, String name);

    /**
     * The options with which a device is attached: those that were given; of a design that a user posted also all of it, under
     * {@link #DEFINITION}, so that a journal does not depend on a definition that may be deleted.
     */
    Map<String, String> deviceOptions(String model, Map<String, String> options);
}
