/** Every leaf of the fault handler is reached by a scenario. */
@NullMarked
package io.mmulab.kernel.fault;

import org.jspecify.annotations.NullMarked;
