package io.mmulab;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the service. */
@SpringBootApplication
public class MmuLabApplication {

    public static void main(String[] args) {
        SpringApplication.run(MmuLabApplication.class, args);
    }
}
