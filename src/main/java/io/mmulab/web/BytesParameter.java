package io.mmulab.web;

/** A byte count in a query. See {@link AddressParameter}. */
record BytesParameter(long value) {}
