/** Tests that hold the comparison, and the machine, against recordings of real kernels. */
@NullMarked
package io.mmulab.conformance;

import org.jspecify.annotations.NullMarked;
