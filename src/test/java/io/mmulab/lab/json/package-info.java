/** Tests of JSON. */
@NullMarked
package io.mmulab.lab.json;

import org.jspecify.annotations.NullMarked;
