/** What the kernel may do to a process's memory on its behalf. */
@NullMarked
package io.mmulab.kernel.gup;

import org.jspecify.annotations.NullMarked;
