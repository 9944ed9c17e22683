/** What holds for the service as a whole: its architecture, and that it starts and answers. */
@NullMarked
package io.mmulab;

import org.jspecify.annotations.NullMarked;
