package io.mmulab.history;

import java.io.Serializable;

import jakarta.persistence.Embeddable;

/** The natural key of what a machine leaves behind: the machine, and a number within it from 1. */
@Embeddable
record RowId(String machine, long seq) implements Serializable {}
