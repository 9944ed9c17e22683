/** Tests of comparisons. */
@NullMarked
package io.mmulab.lab.comparison;

import org.jspecify.annotations.NullMarked;
