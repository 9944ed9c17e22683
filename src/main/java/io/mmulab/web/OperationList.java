package io.mmulab.web;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;

import io.mmulab.kernel.machine.Operation;

/** One operation, or an array of them. */
final class OperationList {
    private final List<Operation> operations;

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    OperationList(@JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<Operation> operations) {
        this.operations = operations;
    }

    List<Operation> inOrder() {
        return operations;
    }
}
