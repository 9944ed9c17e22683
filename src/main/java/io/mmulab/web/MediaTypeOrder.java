package io.mmulab.web;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.stereotype.Component;

/** Names what has fields before text and bytes: a client generator makes the types of the first, and asks for it. */
@Component
class MediaTypeOrder implements GlobalOpenApiCustomizer {
    private static final List<String> WITH_FIELDS = List.of(org.springframework.http.MediaType.APPLICATION_JSON_VALUE,
            org.springframework.http.MediaType.MULTIPART_FORM_DATA_VALUE);

    @Override
    public void customise(OpenAPI api) {
        api.getPaths().values().stream().flatMap(path -> path.readOperations().stream())
                .flatMap(MediaTypeOrder::contents).filter(Objects::nonNull).forEach(MediaTypeOrder::order);
    }

    private static Stream<Content> contents(Operation operation) {
        return Stream.concat(Stream.ofNullable(operation.getRequestBody()).map(body -> body.getContent()),
                operation.getResponses().values().stream().map(response -> response.getContent()));
    }

    private static void order(Content content) {
        List<Map.Entry<String, MediaType>> entries = content.entrySet().stream().sorted(
                Comparator.comparing((Map.Entry<String, MediaType> entry) -> !WITH_FIELDS.contains(entry.getKey())))
                .toList();
        content.clear();
        entries.forEach(entry -> content.addMediaType(entry.getKey(), entry.getValue()));
    }
}
