package io.mmulab.kernel.migrate;

import org.jspecify.annotations.Nullable;

/**
 * One page on its way between system memory and a device: {@code src} of {@code struct migrate_vma}.
 *
 * @param address of the page
 * @param folio what moves; null for a hole, which gets a page of zeroes
 * @param writable {@code MIGRATE_PFN_WRITE}
 */
record DevicePage(long address, @Nullable MigratingFolio folio, boolean writable) {}
