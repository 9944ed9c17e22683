package io.mmulab.conformance;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * A call of a kernel function that both sides can see, in one form for both: names that differ between releases are one.
 *
 * @param name as recordings name it, of the newest release
 * @param attributes what is compared, in the order in which it is shown
 */
record Event(String name, Map<String, String> attributes) {
    Event {
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /** Attributes that differ. */
    int distance(Event other) {
        int distance = 0;
        for (String key : keys(other)) {
            if (!attributes.getOrDefault(key, "").equals(other.attributes.getOrDefault(key, ""))) {
                distance++;
            }
        }
        return distance;
    }

    /** All attributes of either. */
    TreeSet<String> keys(Event other) {
        TreeSet<String> keys = new TreeSet<>(attributes.keySet());
        keys.addAll(other.attributes.keySet());
        return keys;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(name);
        attributes.forEach((key, value) -> text.append(' ').append(key).append('=').append(value));
        return text.toString();
    }
}
