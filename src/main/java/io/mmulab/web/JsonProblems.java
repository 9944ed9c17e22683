package io.mmulab.web;

import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says what is wrong with a body, and where, without a word about Java. */
final class JsonProblems {

    private JsonProblems() {}

    static ProblemDetail problem(HttpMessageNotReadableException e) {
        var cause = e.getCause() instanceof JacksonException json ? json : NestedExceptionUtils.getMostSpecificCause(e);
        return switch (cause) {
            case StreamConstraintsException _ -> ProblemType.TOO_LARGE
                    .problem("The JSON is longer or deeper than this service reads. Send less at a time.");
            case UnrecognizedPropertyException unknown -> unknown(unknown);
            case InvalidTypeIdException kind -> field(op(kind),
                    "must name an operation, such as \"mmap\" or \"access\"");
            case InvalidFormatException format -> format(format);
            case MismatchedInputException mismatch -> field(mismatch, expectation(mismatch));
            case StreamReadException broken -> ProblemType.UNREADABLE_JSON.problem("The body is not JSON: look at line "
                    + broken.getLocation().getLineNr() + ", column " + broken.getLocation().getColumnNr() + ".");
            case JacksonException json -> field(json, "has a value that can't be read");
            default -> ProblemType.UNREADABLE_JSON
                    .problem("Send a JSON body, as the documentation of this operation shows.");
        };
    }

    private static ProblemDetail unknown(UnrecognizedPropertyException e) {
        Collection<Object> known = e.getKnownPropertyIds();
        String message = "unknown field" + (known == null || known.isEmpty() ? "" : "; known here: "
                + String.join(", ", known.stream().map(Object::toString).sorted().toList()));
        return ProblemType.UNKNOWN_FIELD.problem("Nothing was changed: the body has the unknown field "
                + e.getPropertyName() + ".", List.of(new FieldError(path(e), message)));
    }

    private static ProblemDetail format(InvalidFormatException e) {
        Class<?> type = e.getTargetType();
        if (type == Long.class) {
            String message = e.getOriginalMessage();
            message = message.substring(Math.max(0, message.indexOf("not a")));
            message = message.replaceAll("\\s*\\(.*", "");
            return ProblemType.BAD_NUMBER.problem("Nothing was changed: " + path(e) + ": " + message + ".",
                    List.of(new FieldError(path(e), message)));
        }
        return field(e, type != null && type.isEnum()
                ? "must be one of "
                        + String.join(", ", List.of(type.getEnumConstants()).stream().map(Object::toString).toList())
                : expectation(e));
    }

    private static String op(InvalidTypeIdException e) {
        String path = path(e);
        return path.endsWith("op") ? path : path.isEmpty() ? "op" : path + ".op";
    }

    private static ProblemDetail field(JacksonException e, String message) {
        return field(path(e), message);
    }

    private static ProblemDetail field(String path, String message) {
        return ProblemType.UNREADABLE_JSON.problem("Nothing was changed: " + (path.isEmpty() ? "the body" : path) + ": "
                + message + ".", List.of(new FieldError(path, message)));
    }

    private static String expectation(MismatchedInputException e) {
        if (e.getOriginalMessage().startsWith("Missing required creator property")
                || e.getOriginalMessage().contains("null")) {
            return "is required";
        }
        return "must be " + name(e.getTargetType());
    }

    private static String name(@Nullable Class<?> type) {
        if (type == null) {
            return "of another type";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "a whole number in range";
        }
        if (type == String.class || type.isEnum()) {
            return "a string";
        }
        return Collection.class.isAssignableFrom(type) ? "an array" : "an object";
    }

    private static String path(JacksonException e) {
        var path = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return path.toString();
    }
}
