package io.mmulab.web;

import java.io.IOException;

import io.swagger.v3.oas.models.Operation;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Gives each operation that takes a body the one of {@code openapi/examples.json}; a test sends them all. */
@Component
class Examples implements GlobalOperationCustomizer {
    private final JsonNode bodies;

    Examples() throws IOException {
        try (var file = new ClassPathResource("openapi/examples.json").getInputStream()) {
            bodies = new JsonMapper().readTree(file);
        }
    }

    @Override
    public Operation customize(Operation operation, HandlerMethod method) {
        JsonNode example = bodies.get(operation.getOperationId());
        if (example != null && operation.getRequestBody() != null) {
            Object value = new JsonMapper().convertValue(example, Object.class);
            operation.getRequestBody().getContent().values().forEach(content -> content.setExample(value));
        }
        return operation;
    }
}
