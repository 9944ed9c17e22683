/** Tests of playing traces. */
@NullMarked
package io.mmulab.trace.replay;

import org.jspecify.annotations.NullMarked;
