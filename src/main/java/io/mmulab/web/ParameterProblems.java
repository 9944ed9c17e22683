package io.mmulab.web;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.convert.ConversionFailedException;
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
        String message = "must be " + expected(wanted(e));
        return ProblemType.VALIDATION_FAILED.problem(parameter + " " + message + ".",
                List.of(new FieldError(parameter, message)));
    }

    /** The element's type where a list was wanted. */
    private static @Nullable Class<?> wanted(TypeMismatchException e) {
        Class<?> type = e.getRequiredType();
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ConversionFailedException failed) {
                type = failed.getTargetType().getType();
            }
        }
        return type;
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
