package io.mmulab.web;

/**
 * What is wrong with a part of the request.
 *
 * @param field where: a path in the body, or the name of a parameter
 * @param message what to change
 */
record FieldError(String field, String message) {}
