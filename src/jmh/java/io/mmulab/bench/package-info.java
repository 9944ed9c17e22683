/**
 * Benchmarks, each class named by what it measures and ending in {@code Bench}. {@code ./mvnw -Pbench verify} runs them
 * all, {@code -Dbench=TlbBench} those whose name contains that.
 */
@NullMarked
package io.mmulab.bench;

import org.jspecify.annotations.NullMarked;
