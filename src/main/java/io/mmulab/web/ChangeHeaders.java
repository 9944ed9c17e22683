package io.mmulab.web;

import java.util.List;
import java.util.Map;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Documents the headers that every change of a machine understands: see {@link ChangeFilter}. */
@Configuration(proxyBeanMethods = false)
class ChangeHeaders {

    @Bean
    OpenApiCustomizer changeHeadersOfMachines() {
        return api -> api.getPaths().forEach((path, item) -> {
            if (path.startsWith(ApiPaths.MACHINES)) {
                Map<HttpMethod, Operation> operations = item.readOperationsMap();
                operations.keySet().removeAll(List.of(HttpMethod.GET, HttpMethod.HEAD));
                operations.values().forEach(operation -> describe(operation, !path.equals(ApiPaths.MACHINES)));
            }
        });
    }

    private static void describe(Operation operation, boolean ofAMachine) {
        if (ofAMachine) {
            operation.addParametersItem(new HeaderParameter().name(ChangeFilter.IF_MATCH).required(false)
                    .description(
                            "The ETag of the machine, which is the number of its last operation in quotes: the change "
                                    + "is made only if nobody else has changed the machine since; otherwise the answer is 412.")
                    .schema(new StringSchema()));
        }
        operation.addParametersItem(new HeaderParameter().name(ChangeFilter.IDEMPOTENCY_KEY).required(false)
                .description(
                        "A name for this request, such as a UUID: sent again within a day, the change is not made again "
                                + "and the first answer is given. With another request, the key is refused.")
                .schema(new StringSchema().minLength(1).maxLength(100)));
    }
}
