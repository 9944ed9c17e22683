package io.mmulab.lab.catalogue;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * On what to run. What is absent or empty is as each scenario says.
 *
 * @param designs names of kernel designs
 * @param architectures names of architectures
 * @param devices devices as model or model:option=value,option=value
 */
public record ScenarioRequest(@Nullable List<String> designs, @Nullable List<String> architectures,
        @Nullable List<String> devices) {
    /** Everything as the scenarios say. */
    public static final ScenarioRequest AS_THEY_SAY = new ScenarioRequest(null, null, null);
}
