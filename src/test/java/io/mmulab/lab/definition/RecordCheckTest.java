package io.mmulab.lab.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import io.mmulab.device.DeviceDesign;
import io.mmulab.device.DeviceModels;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.arch.Costs;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.lab.json.KernelJson;

class RecordCheckTest {
    private final JsonMapper json = KernelJson.mapper();

    private List<DefinitionError> errorsOf(JsonNode node, Class<?> type) {
        List<DefinitionError> errors = new ArrayList<>();
        new RecordCheck(ArchitectureRules.RANGES, errors).check(node, type, "");
        return errors;
    }

    static List<Architecture> architectures() {
        return Architecture.PRESETS;
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void everyArchitectureCanBePostedAsItIsShown(Architecture architecture) {
        JsonNode shown = json.valueToTree(architecture);
        assertThat(errorsOf(shown, Architecture.class)).isEmpty();
        List<DefinitionError> together = new ArrayList<>();
        ArchitectureRules.check(json.treeToValue(shown, Architecture.class), together);
        assertThat(together).isEmpty();
        assertThat(json.treeToValue(shown, Architecture.class)).isEqualTo(architecture);
    }

    @Test
    void everyDesignCanBePosted() {
        for (KernelDesign design : KernelDesign.PRESETS) {
            JsonNode shown = json.valueToTree(design);
            assertThat(errorsOf(shown, KernelDesign.class)).isEmpty();
            assertThat(json.treeToValue(shown, KernelDesign.class)).isEqualTo(design);
        }
    }

    @Test
    void everyDeviceDesignCanBePosted() {
        for (DeviceDesign design : DeviceModels.designs()) {
            JsonNode shown = json.valueToTree(design);
            assertThat(errorsOf(shown, DeviceDesign.class)).as(design.name()).isEmpty();
            assertThat(json.treeToValue(shown, DeviceDesign.class)).isEqualTo(design);
        }
    }

    @Test
    void keysOfAMapAreCheckedToo() {
        ObjectNode node = json.valueToTree(DeviceModels.designs().getFirst());
        ((ObjectNode) node.get("reactions")).put("RAIN", "DROP");
        assertThat(errorsOf(node, DeviceDesign.class)).extracting(DefinitionError::pointer)
                .containsExactly("/reactions/RAIN");
    }

    /** One thing is wrong at a time, and exactly that is said. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/paging/pageShift|11|a whole number, 12 to 16", "/paging/pageShift|\"12\"|a whole number, 12 to 16",
        "/paging/pageShift|12.5|a whole number, 12 to 16", "/paging/levelBits/0|14|a whole number, 1 to 13",
        "/paging/contpte|\"6\"|always, never, or releases as 6.10- (from 6.10 on), -6.13 (before 6.13) or 6.6-6.13",
        "/flushes/scheme|\"SMOKE\"|one of BROADCAST, IPI", "/flushes/acrossVmas|1|true or false",
        "/flushes/asids/count|-1|a whole number, 0 to 1073741824",
        "/costs/shootdown|-1|a whole number, 0 to 1000000000",
        "/paging/levelBits|9|an array of: a whole number", "/upgrades|[]|an object",
        "/summary|\"\"|text of 1 to 1000 characters"})
    void saysWhatIsWrong(String pointer, String value, String allowed) {
        ObjectNode node = json.valueToTree(Architecture.ARM64);
        int slash = pointer.lastIndexOf('/');
        JsonNode parent = node.at(pointer.substring(0, slash));
        JsonNode wrong = json.readTree(value);
        if (parent.isArray()) {
            ((ArrayNode) parent).set(Integer.parseInt(pointer.substring(slash + 1)), wrong);
        } else {
            ((ObjectNode) parent).set(pointer.substring(slash + 1), wrong);
        }
        assertThat(errorsOf(node, Architecture.class)).containsExactly(new DefinitionError(pointer, value, allowed));
    }

    @Test
    void saysAllThatIsWrongAtOnce() {
        ObjectNode node = json.valueToTree(Architecture.X86_64);
        node.remove("upgrades");
        node.put("colour", "blue");
        ((ObjectNode) node.get("paging")).put("pageShift", 99);
        assertThat(errorsOf(node, Architecture.class)).extracting(DefinitionError::pointer)
                .containsExactlyInAnyOrder("/upgrades", "/colour", "/paging/pageShift");
    }

    @Test
    void aFunctionThatMakesNoCallIsNull() {
        ObjectNode node = json.valueToTree(Architecture.ARM64);
        ((ObjectNode) node.get("secondaryTlbs")).putNull("page");
        assertThat(errorsOf(node, Architecture.class)).isEmpty();
        assertThat(json.treeToValue(node, Architecture.class).secondaryTlbs().page()).isNull();
    }

    @Test
    void fieldsMustFitTogether() {
        ObjectNode node = json.valueToTree(Architecture.ARM64);
        ObjectNode paging = (ObjectNode) node.get("paging");
        paging.putArray("levelBits").add(9).add(9).add(9);
        paging.putArray("hugetlbOrders").add(18);
        List<DefinitionError> errors = new ArrayList<>();
        ArchitectureRules.check(json.treeToValue(node, Architecture.class), errors);
        assertThat(errors).extracting(DefinitionError::pointer).containsExactly("/paging/taskSize");
    }

    @Test
    void namesAreEscapedInPointers() {
        ObjectNode node = json.createObjectNode();
        node.put("a/b~c", 1);
        assertThat(errorsOf(node, Architecture.class)).extracting(DefinitionError::pointer).contains("/a~1b~0c");
    }

    @Test
    void costsMustSayWhereTheyAreFrom() {
        Architecture silent = Architecture.ARM64.withCosts(
                new Costs(1, 1, 1, 1, 1, 1, 1, 1, 1, Map.of("tlbHit", "a manual")));
        List<DefinitionError> errors = new ArrayList<>();
        ArchitectureRules.check(silent, errors);
        assertThat(errors).hasSize(8).extracting(DefinitionError::pointer).contains("/costs/sources/syscall");
    }
}
