package io.mmulab.device;

import java.util.List;

/**
 * What a reader, or a user of the API, has to know of a device model.
 *
 * @param name as users write it
 * @param summary one sentence
 * @param rules what it caches, when it faults, and what it drops on which call
 * @param options its choices
 * @param sources where the rules are from
 */
public record DeviceModel(String name, String summary, List<String> rules, List<Option> options,
        List<String> sources) {

    /** Defensive copies: models are shared. */
    public DeviceModel {
        rules = List.copyOf(rules);
        options = List.copyOf(options);
        sources = List.copyOf(sources);
    }

    /**
     * A choice.
     *
     * @param name as users write it
     * @param defaultValue if it is not given
     * @param values what it may be, in words
     * @param meaning what it changes
     */
    public record Option(String name, String defaultValue, String values, String meaning) {}
}
