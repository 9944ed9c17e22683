/** Definitions that users post. */
@NullMarked
package io.mmulab.lab.definition;

import org.jspecify.annotations.NullMarked;
