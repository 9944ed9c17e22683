/** What is answered stays: processes that are killed, and processes that share a database. */
@NullMarked
package io.mmulab.reliability;

import org.jspecify.annotations.NullMarked;
