/**
 * Random scripts, after every line of which a machine must be sound and its memory must hold what was written to it. A
 * script that breaks a rule is shortened and shown as it stands, to be played or recorded by hand.
 */
@NullMarked
package io.mmulab.invariant;

import org.jspecify.annotations.NullMarked;
