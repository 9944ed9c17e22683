/** Whole machines: fork, exit, and what is left behind. */
@NullMarked
package io.mmulab.kernel.machine;

import org.jspecify.annotations.NullMarked;
