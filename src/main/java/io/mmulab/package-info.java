/**
 * MMU Lab simulates the Linux memory manager and shows who tells the other MMUs when the CPU's page tables change.
 * This package only starts the service; {@code docs/architecture.md} draws the packages below it.
 */
@NullMarked
package io.mmulab;

import org.jspecify.annotations.NullMarked;
