/**
 * Transparent huge pages below the fault path: which sizes a VMA may have ({@link io.mmulab.kernel.thp.ThpOrders}), and what
 * happens to a huge leaf when it is split, unmapped, protected, copied or moved ({@code mm/huge_memory.c}).
 */
@NullMarked
package io.mmulab.kernel.thp;

import org.jspecify.annotations.NullMarked;
