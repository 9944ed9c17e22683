/**
 * The HTTP interface: controllers, the records that requests and responses are made of, and problem details.
 * The only package that knows Spring MVC. It decides nothing about the simulation: it parses, asks the laboratory, and
 * writes down the answer.
 */
@NullMarked
package io.mmulab.web;

import org.jspecify.annotations.NullMarked;
