/** The catalogue of scenarios: every one under every design, the page that shows it, and what it is worth. */
@NullMarked
package io.mmulab.catalogue;

import org.jspecify.annotations.NullMarked;
