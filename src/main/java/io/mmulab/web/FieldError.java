package io.mmulab.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a part of the request.
 *
 * @param field where: a path in the body, a JSON pointer into a definition, or the name of a parameter
 * @param message what to change
 * @param value what is there, shortened; absent where the message says it
 * @param allowed what may be there; absent where the message says it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record FieldError(String field, String message, @Nullable String value, @Nullable String allowed) {

    FieldError(String field, String message) {
        this(field, message, null, null);
    }
}
