package io.mmulab.web;

import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.core.convert.converter.ConditionalGenericConverter;
import org.springframework.format.FormatterRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.mmulab.kernel.machine.Address;
import io.mmulab.lab.json.ByteCount;
import io.mmulab.lab.json.Numbers;

/** Parameters of addresses are read as fields of bodies are: {@link Address} and {@link ByteCount} say how. */
@Configuration(proxyBeanMethods = false)
class ParameterConverters implements WebMvcConfigurer {

    @Override
    public void addFormatters(FormatterRegistry registry) {
        registry.addConverter(new NumberConverter());
    }

    /** Its message says what a number should look like. */
    static final class MalformedNumberException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        MalformedNumberException(@Nullable String message) {
            super(message);
        }
    }

    private static final class NumberConverter implements ConditionalGenericConverter {
        @Override
        public Set<ConvertiblePair> getConvertibleTypes() {
            return Set.of(new ConvertiblePair(String.class, Long.class), new ConvertiblePair(String.class, long.class));
        }

        @Override
        public boolean matches(TypeDescriptor from, TypeDescriptor to) {
            return to.hasAnnotation(Address.class) || to.hasAnnotation(ByteCount.class);
        }

        @Override
        public @Nullable Object convert(@Nullable Object source, TypeDescriptor from, TypeDescriptor to) {
            if (source == null) {
                return null;
            }
            try {
                return to.hasAnnotation(Address.class) ? Numbers.parseAddress((String) source)
                        : Numbers.parseBytes((String) source);
            } catch (IllegalArgumentException e) {
                throw new MalformedNumberException(e.getMessage());
            }
        }
    }
}
