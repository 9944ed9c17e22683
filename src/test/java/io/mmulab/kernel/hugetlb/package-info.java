/** Pools keep their promises, and hugetlb mappings behave as {@code mm/hugetlb.c} has it. */
@NullMarked
package io.mmulab.kernel.hugetlb;

import org.jspecify.annotations.NullMarked;
