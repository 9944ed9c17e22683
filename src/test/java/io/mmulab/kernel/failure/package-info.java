/** Memory that fails, or is taken out of use before it does. */
@NullMarked
package io.mmulab.kernel.failure;

import org.jspecify.annotations.NullMarked;
