/**
 * Architectures, kernel designs and device models that users post beside the presets: read, checked field by field, and
 * kept. Start with {@link io.mmulab.lab.definition.Definitions}.
 */
@NullMarked
package io.mmulab.lab.definition;

import org.jspecify.annotations.NullMarked;
