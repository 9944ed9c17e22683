/** Which size of huge page a fault gets, and what splits it. */
@NullMarked
package io.mmulab.kernel.thp;

import org.jspecify.annotations.NullMarked;
