/** {@link io.mmulab.kernel.mm.AddressSpace}: Linux's {@code mm_struct}, which ties VMAs, page table and subscribers together. */
@NullMarked
package io.mmulab.kernel.mm;

import org.jspecify.annotations.NullMarked;
