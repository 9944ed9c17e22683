package io.mmulab.lab.json;

import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Version;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.NopAnnotationIntrospector;

import io.mmulab.kernel.arch.Paging;
import io.mmulab.kernel.machine.Address;
import io.mmulab.kernel.machine.Operation;

/**
 * Reads what Jackson needs to know off our records: {@link Address} and {@link ByteCount} say how a long is written, a
 * component that is not {@link Nullable} is required unless an operation has a default for it, and an operation is told by
 * its property {@code op}.
 */
final class RecordIntrospector extends NopAnnotationIntrospector {
    /** Components of operations that count bytes. */
    private static final Set<String> BYTE_COUNTS = Set.of("length", "offset", "oldLength", "newLength");
    /** The address of an architecture, which {@code kernel.arch} can't mark: it knows nothing of machines. */
    private static final String TASK_SIZE = "taskSize";
    private static final long serialVersionUID = 1L;
    private static final String OURS = "io.mmulab.";

    /** What fields of operations are when they are not sent. */
    private static final Map<String, Object> DEFAULTS = Map.of(
            "Mmap.address", 0L,
            "Mmap.offset", 0L,
            "Access.cpu", 0,
            "Access.value", 0,
            "DeviceAccess.value", 0,
            "AttachDevice.options", Map.of(),
            "Spawn.startBrk", KernelJson.START_BRK,
            "Exec.startBrk", KernelJson.START_BRK,
            "CreateFile.writable", true,
            "CreateFile.cached", true);

    @Override
    public Version version() {
        return Version.unknownVersion();
    }

    @Override
    public @Nullable Object findSerializer(MapperConfig<?> config, Annotated annotated) {
        return isAddress(annotated) ? new AddressSerializer() : null;
    }

    @Override
    public @Nullable Object findDeserializer(MapperConfig<?> config, Annotated annotated) {
        if (!(annotated instanceof AnnotatedParameter parameter)) {
            return null;
        }
        var component = component(parameter);
        if (component == null) {
            return null;
        }
        Object absent = absent(component);
        if (isAddress(annotated)) {
            return NumberDeserializer.address((Long) absent);
        }
        if (isByteCount(component) || isAddress(component)) {
            return NumberDeserializer.bytes((Long) absent);
        }
        return absent == null ? null : new DefaultDeserializer(parameter.getType(), absent);
    }

    @Override
    public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
        var component = member instanceof AnnotatedParameter parameter ? component(parameter) : null;
        return component == null ? null : !mayBeNull(component) && absent(component) == null;
    }

    @Override
    public JsonSetter.Value findSetterInfo(MapperConfig<?> config, Annotated annotated) {
        var component = annotated instanceof AnnotatedParameter parameter ? component(parameter) : null;
        return component == null || mayBeNull(component) || absent(component) != null ? JsonSetter.Value.empty()
                : JsonSetter.Value.forValueNulls(Nulls.FAIL, Nulls.FAIL);
    }

    @Override
    public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
        return annotated instanceof AnnotatedClass && Operation.class.isAssignableFrom(annotated.getRawType())
                ? JsonTypeInfo.Value.construct(JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, "op", null, false, true)
                : null;
    }

    @Override
    public @Nullable String findTypeName(MapperConfig<?> config, AnnotatedClass annotated) {
        Class<?> type = annotated.getRawType();
        return Operation.class.isAssignableFrom(type) && type != Operation.class ? KernelJson.nameOf(type) : null;
    }

    private static boolean isAddress(Annotated annotated) {
        return annotated.hasAnnotation(Address.class) || (annotated instanceof AnnotatedMember member
                && member.getDeclaringClass() == Paging.class && annotated.getName().equals(TASK_SIZE));
    }

    private static boolean isAddress(RecordComponent component) {
        return component.getDeclaringRecord() == Paging.class && component.getName().equals(TASK_SIZE);
    }

    private static boolean isByteCount(RecordComponent component) {
        return component.isAnnotationPresent(ByteCount.class)
                || (Operation.class.isAssignableFrom(component.getDeclaringRecord())
                        && BYTE_COUNTS.contains(component.getName()));
    }

    private static boolean mayBeNull(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static @Nullable Object absent(RecordComponent component) {
        return Operation.class.isAssignableFrom(component.getDeclaringRecord())
                ? DEFAULTS.get(component.getDeclaringRecord().getSimpleName() + "." + component.getName()) : null;
    }

    private static @Nullable RecordComponent component(AnnotatedParameter parameter) {
        Class<?> type = parameter.getDeclaringClass();
        if (!type.isRecord() || !type.getName().startsWith(OURS)) {
            return null;
        }
        var components = type.getRecordComponents();
        return parameter.getOwner().getParameterCount() == components.length ? components[parameter.getIndex()] : null;
    }
}
