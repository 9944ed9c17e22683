/** Benchmarks of the history. */
@NullMarked
package io.mmulab.history;

import org.jspecify.annotations.NullMarked;
