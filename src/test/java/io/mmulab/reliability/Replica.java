package io.mmulab.reliability;

import java.util.Objects;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

import io.mmulab.MmuLabApplication;

/** The service as it is, saying where it listens. */
final class Replica {
    static final String PORT = "PORT";

    private Replica() {}

    public static void main(String[] args) {
        var context = SpringApplication.run(MmuLabApplication.class, args);
        var server = Objects.requireNonNull(((ServletWebServerApplicationContext) context).getWebServer());
        System.out.println("@ " + PORT + " " + server.getPort());
        System.out.flush();
    }
}
