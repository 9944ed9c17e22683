/** The Docker engine of this machine, for tests that need one. */
@NullMarked
package io.mmulab.docker;

import org.jspecify.annotations.NullMarked;
