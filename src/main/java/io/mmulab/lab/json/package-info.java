/**
 * How the core's records are written as JSON, in journals and over HTTP alike:
 * {@link io.mmulab.lab.json.KernelJson} is the one place that says it.
 */
@NullMarked
package io.mmulab.lab.json;

import org.jspecify.annotations.NullMarked;
