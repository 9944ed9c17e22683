package io.mmulab.history;

import java.io.Serializable;

import jakarta.persistence.Embeddable;

/** The key of a definition. */
@Embeddable
record DefinitionId(String kind, String name) implements Serializable {}
