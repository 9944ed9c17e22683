/**
 * What is kept in the database: machines, the journals of their operations, and their notifier events. The only package
 * that knows JPA: others see records and the services {@link io.mmulab.history.MachineHistory},
 * {@link io.mmulab.history.Journal}, {@link io.mmulab.history.EventStore} and
 * {@link io.mmulab.history.EventHistory}.
 */
@NullMarked
package io.mmulab.history;

import org.jspecify.annotations.NullMarked;
