/**
 * Virtual memory areas: {@link io.mmulab.kernel.vma.Vma}, the ordered set of them that an address space has, when two of
 * them merge, and what they map.
 */
@NullMarked
package io.mmulab.kernel.vma;

import org.jspecify.annotations.NullMarked;
