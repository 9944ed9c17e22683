/** How other programs come to use the service, as {@code docs/integration.md} shows it. */
@NullMarked
package io.mmulab.integration;

import org.jspecify.annotations.NullMarked;
