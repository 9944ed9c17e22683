/**
 * One simulated computer: {@link io.mmulab.kernel.machine.Machine} ties the parts together and applies
 * {@link io.mmulab.kernel.machine.Operation}s to them, deterministically.
 */
@NullMarked
package io.mmulab.kernel.machine;

import org.jspecify.annotations.NullMarked;
