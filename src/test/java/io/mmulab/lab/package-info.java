/** Tests of the laboratory. */
@NullMarked
package io.mmulab.lab;

import org.jspecify.annotations.NullMarked;
