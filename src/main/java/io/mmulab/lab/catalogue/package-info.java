/**
 * Scenarios over the API: {@link io.mmulab.lab.catalogue.Scenarios} knows those of the program and those of users,
 * {@link io.mmulab.lab.catalogue.ScenarioRuns} plays one, or all, on a matrix of machines and keeps the table, the machines and
 * their events.
 */
@NullMarked
package io.mmulab.lab.catalogue;

import org.jspecify.annotations.NullMarked;
