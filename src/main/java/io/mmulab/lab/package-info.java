/**
 * The laboratory: machines that live while they are used, and are rebuilt from their journals when they are not. Start
 * with {@link io.mmulab.lab.Machines}.
 */
@NullMarked
package io.mmulab.lab;

import org.jspecify.annotations.NullMarked;
