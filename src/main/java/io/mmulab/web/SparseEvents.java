package io.mmulab.web;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.mmulab.history.EventRow;

/** Events with some of their fields. */
@Component
class SparseEvents {
    private static final List<String> FIELDS =
            Arrays.stream(EventRow.class.getRecordComponents()).map(RecordComponent::getName).toList();

    private final JsonMapper json;

    SparseEvents(JsonMapper json) {
        this.json = json;
    }

    /** Keeps the named fields. */
    Function<EventRow, ObjectNode> of(Set<String> fields) {
        check(fields);
        return row -> json.<ObjectNode>valueToTree(row).retain(fields);
    }

    private static void check(Collection<String> fields) {
        for (String field : fields) {
            if (!FIELDS.contains(field)) {
                throw ProblemException.aboutField(ProblemType.VALIDATION_FAILED,
                        "Events have the fields " + String.join(", ", FIELDS) + ".", "fields",
                        "has \"" + field + "\", which is not a field of events");
            }
        }
    }
}
