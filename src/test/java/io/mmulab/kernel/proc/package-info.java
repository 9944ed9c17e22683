/** Writes to and reads from /proc/PID. */
@NullMarked
package io.mmulab.kernel.proc;

import org.jspecify.annotations.NullMarked;
