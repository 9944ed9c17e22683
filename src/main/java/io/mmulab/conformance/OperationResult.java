package io.mmulab.conformance;

import java.util.List;
import java.util.Map;

/**
 * What one side says of an operation, in one form for both sides.
 *
 * @param fields return value, errno, signal, value, uffd, pool counters by the name of the field; what is not there is
 *        not in the map
 * @param events in order
 * @param states of all processes, as they are after the operation
 */
record OperationResult(Map<String, String> fields, List<Event> events, Map<String, ProcessState> states) {}
