/** VMAs: their order, how they merge and how they split. */
@NullMarked
package io.mmulab.kernel.vma;

import org.jspecify.annotations.NullMarked;
