package io.mmulab.lab.definition;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.mmulab.device.DeviceDesign;
import io.mmulab.device.DeviceModels;
import io.mmulab.history.DefinitionHistory;
import io.mmulab.history.DefinitionRow;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.arch.Costs;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.lab.Catalogue;
import io.mmulab.lab.Limits;
import io.mmulab.lab.OperationLimits;
import io.mmulab.lab.RefusedException;
import io.mmulab.lab.RefusedException.Reason;
import io.mmulab.lab.definition.RecordCheck.Range;
import io.mmulab.lab.json.KernelJson;

/**
 * Architectures, kernel designs and device designs: the presets, and those that users posted. A definition is complete, or it names a
 * {@code base} and says only what differs. It is stored whole, and a machine keeps what it was built from: deleting a
 * definition, or its base, changes nothing that is there.
 */
@Service
public class Definitions implements Catalogue {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final String NAME_RULE = "1 to 64 of a-z 0-9 . _ -, beginning with a letter or digit";

    private final DefinitionHistory history;
    private final Limits limits;
    private final Clock clock;
    private final JsonMapper json = KernelJson.mapper();
    private final Table<Architecture> architectures = new Table<>(DefinitionKind.ARCHITECTURE, Architecture.class,
            Architecture.PRESETS, Architecture::name, ArchitectureRules.RANGES, ArchitectureRules::check);
    private final Table<KernelDesign> designs = new Table<>(DefinitionKind.KERNEL_DESIGN, KernelDesign.class,
            KernelDesign.PRESETS, KernelDesign::name, Map.of(), DesignRules::check);

    private final Table<DeviceDesign> devices = new Table<>(DefinitionKind.DEVICE_DESIGN, DeviceDesign.class,
            DeviceModels.designs(), DeviceDesign::name, Map.of(), Definitions::checkDevice);

    Definitions(DefinitionHistory history, Limits limits, Clock clock) {
        this.history = history;
        this.limits = limits;
        this.clock = clock;
    }

    /** What there is of one kind, and how it is checked. */
    private record Table<T>(DefinitionKind kind, Class<T> type, List<T> presets, Function<T, String> nameOf,
            Map<String, Range> ranges, BiConsumer<T, List<DefinitionError>> rules) {

        @Nullable
        T preset(String name) {
            return presets.stream().filter(preset -> nameOf.apply(preset).equals(name)).findFirst().orElse(null);
        }
    }

    /** All architectures: presets first, then the posted ones by name. */
    public List<Architecture> architectures() {
        return list(architectures);
    }

    /** All kernel designs: presets first, then the posted ones by name. */
    public List<KernelDesign> designs() {
        return list(designs);
    }

    @Override
    public Architecture architecture(String field, String name) {
        return required(architectures, field, name);
    }

    @Override
    public KernelDesign design(String field, String name) {
        return required(designs, field, name);
    }

    /** All device designs: presets first, then the posted ones by name. */
    public List<DeviceDesign> devices() {
        return list(devices);
    }

    /** Stores a device design. */
    public DeviceDesign addDevice(JsonNode definition) {
        return add(devices, definition);
    }

    @Override
    public Map<String, String> deviceOptions(String model, Map<String, String> options) {
        boolean known = options.containsKey(DEFINITION)
                || DeviceModels.list().stream().anyMatch(linux -> linux.name().equals(model));
        if (known) {
            return options;
        }
        return history.find(DefinitionKind.DEVICE_DESIGN.name(), model).map(row -> {
            Map<String, String> complete = new TreeMap<>(options);
            complete.put(DEFINITION, row.definition());
            return complete;
        }).orElseGet(() -> new TreeMap<>(options));
    }

    private static void checkDevice(DeviceDesign design, List<DefinitionError> errors) {
        if (DeviceModels.list().stream().anyMatch(linux -> linux.name().equals(design.name()))) {
            errors.add(new DefinitionError("/name", design.name(), "no name of a device model of Linux"));
        }
        design.problems().forEach(
                problem -> errors.add(new DefinitionError("/" + problem.field(), null, problem.message())));
    }

    /** Stores an architecture. */
    public Architecture addArchitecture(JsonNode definition) {
        return add(architectures, definition);
    }

    /** Stores a kernel design. */
    public KernelDesign addDesign(JsonNode definition) {
        return add(designs, definition);
    }

    /**
     * Deletes a definition. Machines and comparisons that were built from it keep it.
     *
     * @return whether it was there
     * @throws NameTakenException if it is a preset
     */
    public boolean delete(DefinitionKind kind, String name) {
        Table<?> table = switch (kind) {
            case ARCHITECTURE -> architectures;
            case KERNEL_DESIGN -> designs;
            case DEVICE_DESIGN -> devices;
        };
        if (table.preset(name) != null) {
            throw new NameTakenException(name + " is a preset, and stays");
        }
        return history.delete(kind.name(), name);
    }

    /**
     * An architecture with other costs.
     *
     * @param figures nanoseconds by name of the figure
     */
    public Architecture withCosts(Architecture architecture, Map<String, Long> figures) {
        ObjectNode costs = json.valueToTree(architecture.costs());
        ObjectNode sources = (ObjectNode) costs.get("sources");
        figures.forEach((figure, nanoseconds) -> {
            costs.put(figure, nanoseconds);
            sources.put(figure, "the request that made the machine");
        });
        List<DefinitionError> errors = new ArrayList<>();
        new RecordCheck(ArchitectureRules.RANGES, errors).check(costs, Costs.class, "/costs");
        if (!errors.isEmpty()) {
            throw new InvalidDefinitionException(errors);
        }
        return architecture.withCosts(json.treeToValue(costs, Costs.class));
    }

    private <T> List<T> list(Table<T> table) {
        return Stream.concat(table.presets.stream(),
                history.list(table.kind.name()).stream().map(row -> json.readValue(row.definition(), table.type)))
                .toList();
    }

    private <T> @Nullable T find(Table<T> table, String name) {
        T preset = table.preset(name);
        return preset != null ? preset : history.find(table.kind.name(), name)
                .map(row -> json.readValue(row.definition(), table.type)).orElse(null);
    }

    private <T> T required(Table<T> table, String field, String name) {
        T found = find(table, name);
        if (found == null) {
            throw new RefusedException(Reason.NO_SUCH_OBJECT, field, "there is no " + table.kind.words() + " \"" + name
                    + "\"; there are " + list(table).stream().map(table.nameOf).collect(Collectors.joining(", ")));
        }
        return found;
    }

    private <T> T add(Table<T> table, JsonNode posted) {
        OperationLimits.atMost("", history.count(table.kind.name()) + 1L, limits.definitions());
        List<DefinitionError> errors = new ArrayList<>();
        if (!posted.isObject()) {
            errors.add(new DefinitionError("", null, "an object"));
            throw new InvalidDefinitionException(errors);
        }
        String name = name(posted, errors);
        JsonNode whole = withBase(table, (ObjectNode) posted, errors);
        new RecordCheck(table.ranges, errors).check(whole, table.type, "");
        if (!errors.isEmpty()) {
            throw new InvalidDefinitionException(errors.stream().distinct().toList());
        }
        T definition = json.treeToValue(whole, table.type);
        table.rules.accept(definition, errors);
        if (!errors.isEmpty()) {
            throw new InvalidDefinitionException(errors);
        }
        store(table, name, definition);
        return definition;
    }

    private <T> void store(Table<T> table, String name, T definition) {
        boolean added = table.preset(name) == null && history.add(
                new DefinitionRow(table.kind.name(), name, json.writeValueAsString(definition), clock.instant()));
        if (!added) {
            throw new NameTakenException("There is a " + table.kind.words() + " " + name
                    + " already. Choose another name, or delete that one if it is yours.");
        }
    }

    private static String name(JsonNode posted, List<DefinitionError> errors) {
        JsonNode name = posted.get("name");
        if (name == null || !name.isString()) {
            return "";
        }
        if (!NAME.matcher(name.stringValue()).matches()) {
            errors.add(new DefinitionError("/name", name.toString(), NAME_RULE));
        }
        return name.stringValue();
    }

    /** The definition with what it does not say taken from its base. */
    private <T> JsonNode withBase(Table<T> table, ObjectNode posted, List<DefinitionError> errors) {
        ObjectNode own = posted.deepCopy();
        JsonNode base = own.remove("base");
        if (base == null || base.isNull()) {
            return own;
        }
        T found = base.isString() ? find(table, base.stringValue()) : null;
        if (found == null) {
            errors.add(new DefinitionError("/base", base.toString(),
                    "one of " + list(table).stream().map(table.nameOf).collect(Collectors.joining(", "))));
            throw new InvalidDefinitionException(errors);
        }
        ObjectNode whole = json.valueToTree(found);
        if (!own.has("summary")) {
            whole.put("summary", "As " + base.stringValue() + ", with changes.");
        }
        merge(whole, own);
        return whole;
    }

    /** Objects are merged field by field; everything else, arrays too, takes the place of what was there. */
    private static void merge(ObjectNode into, ObjectNode from) {
        from.properties().forEach(entry -> {
            JsonNode there = into.get(entry.getKey());
            if (there != null && there.isObject() && entry.getValue().isObject()) {
                merge((ObjectNode) there, (ObjectNode) entry.getValue());
            } else {
                into.set(entry.getKey(), entry.getValue());
            }
        });
    }
}
