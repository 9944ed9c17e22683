/** Entries, tables and frames. */
@NullMarked
package io.mmulab.kernel.paging;

import org.jspecify.annotations.NullMarked;
