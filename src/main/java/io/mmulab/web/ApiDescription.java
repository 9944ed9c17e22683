package io.mmulab.web;

import java.util.List;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Contact;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.tags.Tag;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.mmulab.kernel.design.Releases;

/** The head of the OpenAPI description. */
@Configuration(proxyBeanMethods = false)
class ApiDescription {

    static {
        SpringDocUtils.getConfig().replaceWithSchema(Releases.class,
                new JsonSchema().typesItem("string").pattern("^(" + Releases.PATTERN + ")$").example("6.10-"));
    }

    @Bean
    OpenAPI openApi() {
        return new OpenAPI().info(new Info().title("MMU Lab").version("1")
                .description("""
                        Simulates the Linux memory manager and its mmu notifiers: when the CPU's page tables change, who \
                        tells the other MMUs, when, and what does it cost?

                        Addresses are lower-case hexadecimal strings with 0x. Ranges are half-open. Byte counts are \
                        numbers, or strings such as "4k", "2M" and "0x1000". Simulated times are whole nanoseconds. \
                        Errors are problem details (RFC 9457).""")
                .license(new License().name("Apache-2.0").identifier("Apache-2.0"))
                .contact(new Contact().name("The MMU Lab authors")))
                .tags(List.of(
                        tag("machines", "Simulated computers"),
                        tag("operations", "What is done to a machine, in order: its journal"),
                        tag("address spaces", "Linux's mm_struct, with its page table"),
                        tag("vmas", "Linux's vm_area_struct, and the calls that change them"),
                        tag("faults", "Accesses by CPUs, and how their faults were handled"),
                        tag("devices", "Secondary MMUs: what caches or copies translations"),
                        tag("events", "What the kernel told the other MMUs, and what they did"),
                        tag("scenarios", "Statements, and what each kernel design makes of them"),
                        tag("conformance", "Recordings of real kernels, and what the simulated ones do otherwise"),
                        tag("catalogue", "The tables that a machine is built from")));
    }

    private static Tag tag(String name, String description) {
        return new Tag().name(name).description(description);
    }
}
