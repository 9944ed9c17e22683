package io.mmulab.lab.definition;

import org.jspecify.annotations.Nullable;

/**
 * What is wrong with one field of a definition.
 *
 * @param pointer where: a JSON pointer into the definition as it is with its base
 * @param value what is there, as JSON, shortened; null if nothing is
 * @param allowed what may be there
 */
public record DefinitionError(String pointer, @Nullable String value, String allowed) {}
