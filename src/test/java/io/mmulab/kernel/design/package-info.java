/** Versions and designs. */
@NullMarked
package io.mmulab.kernel.design;

import org.jspecify.annotations.NullMarked;
