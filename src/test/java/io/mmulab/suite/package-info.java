/**
 * What the kernel's own test suites assert, restated as scripts with expectations: {@code src/test/resources/suites}, whose
 * README says how they are written.
 */
@NullMarked
package io.mmulab.suite;

import org.jspecify.annotations.NullMarked;
