/** The notifier machinery by itself, with subscribers that only keep a list of their calls. */
@NullMarked
package io.mmulab.kernel.notifier;

import org.jspecify.annotations.NullMarked;
