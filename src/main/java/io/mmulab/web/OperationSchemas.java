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

import io.mmulab.kernel.machine.Operation;
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
        // Not "one of": client generators make nothing that compiles of a choice between an object and an array.
        Schema<?> list = new JsonSchema().typesItem("array")
                .description("Operations in order. A single one may also come without the brackets.");
        list.setItems(new JsonSchema().$ref(REF + "Operation"));
        api.getComponents().addSchemas("OperationList", list);
        api.getComponents().addSchemas(NumberSchemas.BYTE_COUNT, NumberSchemas.byteCount());
        api.getComponents().getSchemas().remove(Operation.InProcess.class.getSimpleName());
        api.getComponents().getSchemas().values().forEach(OperationSchemas::nameOperations);
    }

    /** Where a record has operations, swagger-core lists the kinds by names that nothing has: there stands the type. */
    private static void nameOperations(Schema<?> schema) {
        if (schema.getProperties() != null) {
            schema.getProperties().replaceAll((field, value) -> named(value));
        }
        if (schema.getItems() != null) {
            schema.setItems(named(schema.getItems()));
        }
    }

    private static Schema<?> named(Schema<?> schema) {
        nameOperations(schema);
        boolean operation = schema.getOneOf() != null && schema.getOneOf().stream()
                .anyMatch(kind -> (REF + Operation.Mmap.class.getSimpleName()).equals(kind.get$ref()));
        return operation ? new JsonSchema().$ref(REF + "Operation").description(schema.getDescription()) : schema;
    }
}
