/** Tests of migration. */
@NullMarked
package io.mmulab.kernel.migrate;

import org.jspecify.annotations.NullMarked;
