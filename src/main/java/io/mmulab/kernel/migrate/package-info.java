/**
 * Moving pages to other frames, on another memory node: {@link io.mmulab.kernel.migrate.MigratePages}
 * ({@code mm/migrate.c}), and the calls that ask for it, {@code move_pages} and {@code mbind}.
 */
@NullMarked
package io.mmulab.kernel.migrate;

import org.jspecify.annotations.NullMarked;
