/** Tests of the event store, on both databases. */
@NullMarked
package io.mmulab.history;

import org.jspecify.annotations.NullMarked;
