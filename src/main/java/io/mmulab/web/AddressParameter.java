package io.mmulab.web;

/**
 * An address in a query. A type of its own, because Spring reads what its converter refused as a plain number after all
 * where the target is a long.
 */
record AddressParameter(long value) {}
