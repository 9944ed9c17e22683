/** Devices: the contract that each must keep, what is theirs alone, and the argument of 2023 as a table. */
@NullMarked
package io.mmulab.device;

import org.jspecify.annotations.NullMarked;
