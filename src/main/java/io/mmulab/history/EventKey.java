package io.mmulab.history;

import java.io.Serializable;

import jakarta.persistence.Embeddable;

/** The natural key of an event: the number of its machine, and its own within it from 1. */
@Embeddable
record EventKey(long machine, long seq) implements Serializable {}
