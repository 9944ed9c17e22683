package io.mmulab.web;

import java.util.ArrayList;
import java.util.List;

import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.Discriminator;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.stereotype.Component;

import io.mmulab.lab.json.KernelJson;

/** Describes the sealed type of operations: one schema each, told apart by {@code op}. */
@Component
@SuppressWarnings({"rawtypes", "unchecked"})
class OperationSchemas implements GlobalOpenApiCustomizer {
    private static final String REF = "#/components/schemas/";

    @Override
    public void customise(OpenAPI api) {
        var discriminator = new Discriminator().propertyName("op");
        List<Schema> kinds = new ArrayList<>();
        for (Class<?> kind : KernelJson.operations()) {
            String op = KernelJson.nameOf(kind);
            String name = kind.getSimpleName() + "Operation";
            var resolved = ModelConverters.getInstance(true).resolveAsResolvedSchema(new AnnotatedType(kind));
            resolved.referencedSchemas.forEach((key, schema) -> {
                if (!key.equals(kind.getSimpleName())) {
                    api.getComponents().getSchemas().putIfAbsent(key, schema);
                }
            });
            Schema<?> schema = resolved.schema;
            schema.name(name).addProperty("op", new JsonSchema().typesItem("string")._const(op));
            schema.addRequiredItem("op");
            for (String bytes : new String[] {"length", "offset", "oldLength", "newLength"}) {
                schema.getProperties().computeIfPresent(bytes,
                        (field, plain) -> NumberSchemas.bytes().description(plain.getDescription()));
            }
            api.getComponents().getSchemas().remove(kind.getSimpleName());
            api.getComponents().addSchemas(name, schema);
            discriminator.mapping(op, REF + name);
            kinds.add(new JsonSchema().$ref(REF + name));
        }
        Schema<?> any = new JsonSchema().oneOf(kinds).discriminator(discriminator)
                .description("One thing done to a machine. mm is the id of an address space.");
        api.getComponents().addSchemas("Operation", any);
        Schema<?> one = new JsonSchema().$ref(REF + "Operation");
        Schema<?> many = new JsonSchema();
        many.typesItem("array").setItems(new JsonSchema().$ref(REF + "Operation"));
        Schema<?> list = new JsonSchema().oneOf(List.of(one, many)).description("One operation, or an array of them.");
        api.getComponents().addSchemas("OperationList", list);
    }
}
