/**
 * The checker: it watches page tables, notifier calls and cached translations, and reports broken rules and needless drops.
 * It never changes what happens.
 */
@NullMarked
package io.mmulab.kernel.coherence;

import org.jspecify.annotations.NullMarked;
