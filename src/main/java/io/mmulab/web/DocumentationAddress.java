package io.mmulab.web;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Says, once the service answers, where a person finds its documentation. */
@Component
class DocumentationAddress {

    private static final Logger log = LoggerFactory.getLogger(DocumentationAddress.class);

    private final String host;
    private final String swaggerUiPath;
    private final String apiDocsPath;

    DocumentationAddress(@Value("${server.address:0.0.0.0}") String serverAddress,
            @Value("${springdoc.swagger-ui.path}") String swaggerUiPath,
            @Value("${springdoc.api-docs.path}") String apiDocsPath) {
        this.host = hostFor(serverAddress);
        this.swaggerUiPath = swaggerUiPath;
        this.apiDocsPath = apiDocsPath;
    }

    @EventListener
    void announce(ApplicationReadyEvent ready) {
        if (ready.getApplicationContext() instanceof WebServerApplicationContext web && web.getWebServer() != null) {
            log.info(announcement(web.getWebServer().getPort()));
        }
    }

    String announcement(int port) {
        var root = "http://" + host + ":" + port;
        return "MMU Lab: API documentation at " + root + swaggerUiPath + ", OpenAPI at " + root + apiDocsPath;
    }

    /** A server that listens on every address is reached under one of them only. */
    private static String hostFor(String serverAddress) {
        return switch (serverAddress) {
            case "0.0.0.0", "::", "" -> "localhost";
            default -> serverAddress.contains(":") ? "[" + serverAddress + "]" : serverAddress;
        };
    }
}
