/** The swap device keeps what it was given, and reads ahead as {@code mm/swap_state.c} does. */
@NullMarked
package io.mmulab.kernel.swap;

import org.jspecify.annotations.NullMarked;
