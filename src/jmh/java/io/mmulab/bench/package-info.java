/** Benchmarks of the core: run with {@code ./mvnw -q -Pbench verify -Dbench=CoreBench}. */
@NullMarked
package io.mmulab.bench;

import org.jspecify.annotations.NullMarked;
