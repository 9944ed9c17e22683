/**
 * Making huge pages of small ones ({@code mm/khugepaged.c}): start with {@link io.mmulab.kernel.khugepaged.MadviseCollapse}.
 */
@NullMarked
package io.mmulab.kernel.khugepaged;

import org.jspecify.annotations.NullMarked;
