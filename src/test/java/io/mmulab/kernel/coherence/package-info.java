/** The audit finds each thing that it claims to look for. */
@NullMarked
package io.mmulab.kernel.coherence;

import org.jspecify.annotations.NullMarked;
