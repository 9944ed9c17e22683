/** The HTTP interface, tested. */
@NullMarked
package io.mmulab.web;

import org.jspecify.annotations.NullMarked;
