/**
 * A real trace, played on a machine: {@link io.mmulab.trace.replay.TraceReplay} turns records into operations and says where
 * the simulation and the recording differ. What the device does meanwhile is a
 * {@link io.mmulab.trace.replay.DeviceWorkload}. Deterministic: the same trace and the same choices give the same events.
 */
@NullMarked
package io.mmulab.trace.replay;

import org.jspecify.annotations.NullMarked;
