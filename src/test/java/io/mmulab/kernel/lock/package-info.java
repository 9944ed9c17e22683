/** What an actor knows of the locks it holds. */
@NullMarked
package io.mmulab.kernel.lock;

import org.jspecify.annotations.NullMarked;
