/** What every architecture must do, and what each is said to do. */
@NullMarked
package io.mmulab.kernel.arch;

import org.jspecify.annotations.NullMarked;
