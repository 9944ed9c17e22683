/** Merging of equal pages ({@code mm/ksm.c}): {@link io.mmulab.kernel.ksm.Ksm}. */
@NullMarked
package io.mmulab.kernel.ksm;

import org.jspecify.annotations.NullMarked;
