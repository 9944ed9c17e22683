/** System calls: the order of their checks, and what they tell. */
@NullMarked
package io.mmulab.kernel.syscall;

import org.jspecify.annotations.NullMarked;
