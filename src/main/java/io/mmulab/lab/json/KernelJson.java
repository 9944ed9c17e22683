package io.mmulab.lab.json;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

import io.mmulab.kernel.design.Releases;
import io.mmulab.kernel.machine.Operation;

/**
 * JSON of the core's records: addresses are strings such as {@code "0x7fdde3e81000"}, byte counts may be written
 * {@code "4k"}, an operation says in {@code op} which one it is, and what may not be null must be there.
 */
public final class KernelJson {
    /** Where a heap begins unless said otherwise: where x86-64 puts it without randomization. */
    public static final long START_BRK = 0x555555756000L;

    private KernelJson() {}

    /** The module, for any mapper. */
    public static JacksonModule module() {
        SimpleModule module = new SimpleModule("mmu-lab") {
            private static final long serialVersionUID = 1L;

            @Override
            public void setupModule(SetupContext context) {
                context.insertAnnotationIntrospector(new RecordIntrospector());
                context.registerSubtypes(operations().toArray(new Class<?>[0]));
                super.setupModule(context);
            }
        };
        return module.addSerializer(Releases.class, new ToStringSerializer(Releases.class))
                .addDeserializer(Releases.class, new ReleasesDeserializer());
    }

    /** The records that are operations. */
    public static List<Class<?>> operations() {
        return records(Operation.class).toList();
    }

    private static Stream<Class<?>> records(Class<?> sealed) {
        return sealed.isRecord() ? Stream.of(sealed)
                : Arrays.stream(sealed.getPermittedSubclasses()).flatMap(KernelJson::records);
    }

    /** A mapper that depends on nobody's settings: what it wrote yesterday it reads tomorrow. */
    public static JsonMapper mapper() {
        return JsonMapper.builder().addModule(module()).enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
    }

    /** The value of {@code op} for a kind of operation. */
    public static String nameOf(Class<?> operation) {
        String name = operation.getSimpleName();
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }
}
