package io.mmulab.lab;

import java.time.Clock;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JacksonModule;

import io.mmulab.lab.json.KernelJson;

/** What the laboratory is furnished with. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(Limits.class)
class LabConfiguration {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    JacksonModule kernelJson() {
        return KernelJson.module();
    }
}
