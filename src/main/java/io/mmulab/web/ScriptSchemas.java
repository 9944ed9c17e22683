package io.mmulab.web;

import java.util.List;
import java.util.Objects;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.stereotype.Component;

/** Describes scripts as a body beside JSON, wherever a scenario is taken: two methods, one operation of the API. */
@Component
class ScriptSchemas implements GlobalOpenApiCustomizer {
    private static final List<String> PATHS = List.of(ApiPaths.MACHINE + "/operations", ComparisonController.PATH);

    @Override
    public void customise(OpenAPI api) {
        for (String path : PATHS) {
            Objects.requireNonNull(api.getPaths().get(path), path).getPost().getRequestBody().getContent().addMediaType(
                    MediaTypes.MM_SCRIPT,
                    new MediaType().schema(new JsonSchema().typesItem("string")).example(Scripts.EXAMPLE));
        }
    }
}
