package io.mmulab.web;

import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Stream;

import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.ParameterCustomizer;
import org.springdoc.core.customizers.PropertyCustomizer;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;

import io.mmulab.kernel.machine.Address;
import io.mmulab.lab.json.ByteCount;
import io.mmulab.lab.json.Numbers;

/** Describes longs that are {@link Address} or {@link ByteCount} as they are written. */
@Component
@SuppressWarnings("rawtypes")
class NumberSchemas implements PropertyCustomizer, ParameterCustomizer {
    static final String BYTE_COUNT = "ByteCount";

    @Override
    public Schema customize(Schema property, AnnotatedType type) {
        Annotation[] annotations = type.getCtxAnnotations();
        Schema<?> written = annotations == null ? null : schema(Arrays.stream(annotations));
        return written == null ? property : written.description(property.getDescription());
    }

    @Override
    public @Nullable Parameter customize(@Nullable Parameter parameter, MethodParameter method) {
        if (parameter != null && method.getParameterType() == AddressParameter.class) {
            parameter.setSchema(address());
        } else if (parameter != null && method.getParameterType() == BytesParameter.class) {
            // In a query everything is text.
            parameter.setSchema(new JsonSchema().typesItem("string").example("4k"));
        }
        return parameter;
    }

    private static @Nullable Schema<?> schema(Stream<Annotation> annotations) {
        List<Class<? extends Annotation>> kinds =
                annotations.<Class<? extends Annotation>>map(Annotation::annotationType)
                        .toList();
        if (kinds.contains(Address.class)) {
            return address();
        }
        return kinds.contains(ByteCount.class) ? bytes() : null;
    }

    static Schema<?> address() {
        return new JsonSchema().typesItem("string").pattern(Numbers.ADDRESS_PATTERN).example("0x7fdde3e81000");
    }

    static Schema<?> bytes() {
        return new JsonSchema().$ref("#/components/schemas/" + BYTE_COUNT);
    }

    /** What {@link #bytes} refers to: one type, so that a generated client has one. */
    static Schema<?> byteCount() {
        return new JsonSchema().types(new LinkedHashSet<>(List.of("integer", "string"))).example("4k")
                .description("A number of bytes, or a text such as 4k, 2M and 0x1000.");
    }
}
