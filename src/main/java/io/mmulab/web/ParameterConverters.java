package io.mmulab.web;

import java.util.function.LongFunction;
import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Configuration;
import org.springframework.format.FormatterRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.mmulab.lab.json.Numbers;

/** Numbers in queries are read as those in bodies are. */
@Configuration(proxyBeanMethods = false)
class ParameterConverters implements WebMvcConfigurer {

    ParameterConverters() {
        SpringDocUtils.getConfig().addSimpleTypesForParameterObject(AddressParameter.class, BytesParameter.class);
    }

    @Override
    public void addFormatters(FormatterRegistry registry) {
        registry.addConverter(String.class, AddressParameter.class,
                text -> parse(text, Numbers::parseAddress, AddressParameter::new));
        registry.addConverter(String.class, BytesParameter.class,
                text -> parse(text, Numbers::parseBytes, BytesParameter::new));
    }

    private static <T> T parse(String text, ToLongFunction<String> parser, LongFunction<T> make) {
        try {
            return make.apply(parser.applyAsLong(text));
        } catch (IllegalArgumentException e) {
            throw new MalformedNumberException(e.getMessage());
        }
    }

    /** Its message says what a number should look like. */
    static final class MalformedNumberException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        MalformedNumberException(@Nullable String message) {
            super(message);
        }
    }
}
