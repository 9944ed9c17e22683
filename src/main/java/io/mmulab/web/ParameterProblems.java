package io.mmulab.web;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.ProblemDetail;

/** Says what is wrong with a parameter of the address. */
final class ParameterProblems {

    private ParameterProblems() {}

    static ProblemDetail problem(String parameter, TypeMismatchException e) {
        var cause = NestedExceptionUtils.getMostSpecificCause(e);
        if (cause instanceof ParameterConverters.MalformedNumberException malformed) {
            return ProblemType.BAD_NUMBER.problem(parameter + ": " + malformed.getMessage() + ".",
                    List.of(new FieldError(parameter, String.valueOf(malformed.getMessage()))));
        }
        String message = "must be " + expected(e.getRequiredType());
        return ProblemType.VALIDATION_FAILED.problem(parameter + " " + message + ".",
                List.of(new FieldError(parameter, message)));
    }

    private static String expected(@Nullable Class<?> type) {
        if (type == null) {
            return "of another form";
        }
        if (type.isEnum()) {
            return "one of " + Arrays.stream(type.getEnumConstants()).map(Object::toString)
                    .collect(Collectors.joining(", "));
        }
        return type == java.time.Instant.class ? "a time such as 2026-01-31T12:00:00Z"
                : Number.class.isAssignableFrom(type) || type.isPrimitive() ? "a whole number"
                        : "one of the documented values";
    }
}
