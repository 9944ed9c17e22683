package io.mmulab.lab.definition;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import io.mmulab.kernel.design.Releases;
import io.mmulab.lab.json.Numbers;

/**
 * Holds JSON against the record that it is to become, and finds everything that is wrong with it, not only the first thing:
 * missing and unknown fields, wrong types, numbers out of range, names that are none.
 */
final class RecordCheck {
    private static final int MAX_TEXT = 1000;
    private static final int MAX_ELEMENTS = 64;
    private static final int SHOWN = 80;

    private final Map<String, Range> ranges;
    private final List<DefinitionError> errors;

    /**
     * The values of a number.
     *
     * @param least smallest
     * @param most largest
     * @param address whether it may be written as an address, too
     */
    record Range(long least, long most, boolean address) {
        Range(long least, long most) {
            this(least, most, false);
        }
    }

    /**
     * @param ranges of numbers, by {@code Record.component}; others may be any that are not negative
     * @param errors gets what is found
     */
    RecordCheck(Map<String, Range> ranges, List<DefinitionError> errors) {
        this.ranges = ranges;
        this.errors = errors;
    }

    /** Checks an object at a JSON pointer. */
    void check(JsonNode node, Class<?> type, String pointer) {
        if (!node.isObject()) {
            wrong(pointer, node, "an object");
            return;
        }
        RecordComponent[] components = type.getRecordComponents();
        Set<String> known = new HashSet<>();
        for (RecordComponent component : components) {
            known.add(component.getName());
            field(node.get(component.getName()), component, pointer + "/" + component.getName());
        }
        node.propertyNames().stream().filter(name -> !known.contains(name)).forEach(name -> wrong(
                pointer + "/" + escaped(name), node.get(name), "no such field; known here: " + Arrays.stream(components)
                        .map(RecordComponent::getName).collect(Collectors.joining(", "))));
    }

    private void field(@Nullable JsonNode value, RecordComponent component, String pointer) {
        if (value == null || value.isNull()) {
            if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                errors.add(new DefinitionError(pointer, null, "required: " + expected(component.getGenericType())));
            }
            return;
        }
        Range range = ranges.get(component.getDeclaringRecord().getSimpleName() + "." + component.getName());
        value(value, component.getGenericType(), range, pointer);
    }

    private void value(JsonNode value, Type type, @Nullable Range range, String pointer) {
        if (type instanceof ParameterizedType generic) {
            collection(value, generic, range, pointer);
        } else if (type instanceof Class<?> plain && plain.isRecord() && plain != Releases.class) {
            check(value, plain, pointer);
        } else if (type == int.class || type == long.class || type == Integer.class) {
            number(value, range == null ? new Range(0, type == long.class ? Long.MAX_VALUE : Integer.MAX_VALUE) : range,
                    pointer);
        } else if (!fits(value, (Class<?>) type)) {
            wrong(pointer, value, expected(type));
        }
    }

    private static boolean fits(JsonNode value, Class<?> type) {
        if (type == boolean.class) {
            return value.isBoolean();
        }
        if (!value.isString()) {
            return false;
        }
        String text = value.stringValue();
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .anyMatch(constant -> ((Enum<?>) constant).name().equals(text));
        }
        return type == Releases.class ? text.matches(Releases.PATTERN) : !text.isBlank() && text.length() <= MAX_TEXT;
    }

    private void collection(JsonNode value, ParameterizedType type, @Nullable Range range, String pointer) {
        boolean map = type.getRawType() == Map.class;
        if (map ? !value.isObject() : !value.isArray()) {
            wrong(pointer, value, expected(type));
            return;
        }
        if (value.size() > MAX_ELEMENTS) {
            errors.add(
                    new DefinitionError(pointer, value.size() + " elements", "at most " + MAX_ELEMENTS + " elements"));
            return;
        }
        Type element = type.getActualTypeArguments()[map ? 1 : 0];
        if (map) {
            entries(value, (Class<?>) type.getActualTypeArguments()[0], element, range, pointer);
            return;
        }
        for (int i = 0; i < value.size(); i++) {
            value(value.get(i), element, range, pointer + "/" + i);
        }
    }

    private void entries(JsonNode map, Class<?> keys, Type element, @Nullable Range range, String pointer) {
        map.properties().forEach(entry -> {
            String at = pointer + "/" + escaped(entry.getKey());
            boolean known = !keys.isEnum() || Arrays.stream(keys.getEnumConstants())
                    .anyMatch(constant -> ((Enum<?>) constant).name().equals(entry.getKey()));
            if (known) {
                value(entry.getValue(), element, range, at);
            } else {
                wrong(at, entry.getValue(), "named " + expected(keys));
            }
        });
    }

    private void number(JsonNode value, Range range, String pointer) {
        long number;
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            number = value.longValue();
        } else if (range.address && value.isString() && value.stringValue().matches(Numbers.ADDRESS_PATTERN)) {
            number = Numbers.parseAddress(value.stringValue());
        } else {
            wrong(pointer, value, within(range));
            return;
        }
        if (number < range.least || number > range.most) {
            wrong(pointer, value, within(range));
        }
    }

    /** RFC 6901: the two characters that mean something in a pointer. */
    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private static String within(Range range) {
        return "a whole number, " + range.least + " to " + range.most;
    }

    private static String expected(Type type) {
        if (type instanceof ParameterizedType generic) {
            return generic.getRawType() instanceof Class<?> raw && Collection.class.isAssignableFrom(raw)
                    ? "an array of: " + expected(generic.getActualTypeArguments()[0])
                    : "an object with values that are each: " + expected(generic.getActualTypeArguments()[1]);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == boolean.class) {
            return "true or false";
        }
        if (plain == Releases.class) {
            return "always, never, or releases as 6.10- (from 6.10 on), -6.13 (before 6.13) or 6.6-6.13";
        }
        if (plain.isEnum()) {
            return "one of " + Arrays.stream(plain.getEnumConstants()).map(constant -> ((Enum<?>) constant).name())
                    .collect(Collectors.joining(", "));
        }
        if (plain.isRecord()) {
            return "an object";
        }
        return plain == String.class ? "text of 1 to " + MAX_TEXT + " characters" : "a whole number";
    }

    private void wrong(String pointer, JsonNode value, String allowed) {
        String text = value.toString();
        errors.add(
                new DefinitionError(pointer, text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text, allowed));
    }
}
