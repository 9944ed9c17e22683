/**
 * The locks of the memory manager and the points where another actor could come in. In an ordinary run the locks only
 * keep the list of what is held, for the checker, and a step is an empty method.
 */
@NullMarked
package io.mmulab.kernel.lock;

import org.jspecify.annotations.NullMarked;
