/**
 * The page-table and TLB rules of CPU families, as data: handlers ask the table, never which CPU they run on. Start with
 * {@link io.mmulab.kernel.arch.Architecture}; the presets are its constants.
 */
@NullMarked
package io.mmulab.kernel.arch;

import org.jspecify.annotations.NullMarked;
