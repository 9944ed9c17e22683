package io.mmulab.web;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

import io.mmulab.device.DeviceDesign;
import io.mmulab.device.DeviceModel;
import io.mmulab.device.DeviceModels;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.NotifySite;
import io.mmulab.kernel.event.Phase;
import io.mmulab.lab.definition.DefinitionKind;
import io.mmulab.lab.definition.Definitions;

/** The four tables that a machine is built from. */
@RestController
@RequestMapping(ApiPaths.ROOT)
@Tag(name = "catalogue")
class CatalogueController {

    /**
     * A kernel design.
     *
     * @param secondaryTlbHook how calls of the secondary-TLB hook appear among the events
     * @param sites the places that call it
     * @param name as users write it
     * @param kernelVersion the version that it belongs to
     * @param summary one sentence
     * @param sources where it is from
     */
    record DesignView(String name, String kernelVersion, String summary, Phase secondaryTlbHook, List<SiteView> sites,
            List<String> sources) {

        static DesignView of(KernelDesign design) {
            return new DesignView(design.name(), design.kernelVersion(), design.summary(), design.secondaryTlbHook(),
                    design.sites().stream().sorted().map(SiteView::of).toList(), design.sources());
        }
    }

    /**
     * A place that tells secondary MMUs.
     *
     * @param rule what the call does and when
     * @param name of the call site
     * @param source function, commit or message that has it
     */
    record SiteView(String name, String rule, String source) {

        static SiteView of(NotifySite site) {
            return new SiteView(site.name(), site.rule(), site.source());
        }
    }

    private final Definitions definitions;

    CatalogueController(Definitions definitions) {
        this.definitions = definitions;
    }

    @Operation(operationId = "listArchitectures", summary = "List architectures",
            description = "The TLB and page-table rules of CPU families, presets first. Costs are simulated nanoseconds.")
    @GetMapping("/architectures")
    List<Architecture> architectures() {
        return definitions.architectures();
    }

    @Operation(operationId = "createArchitecture", summary = "Define an architecture",
            description = """
                    Complete, in the form in which architectures are shown; or with "base", the name of another one, and only \
                    what differs: objects are merged field by field, lists replace lists. What is wrong is said field by \
                    field. It may be used wherever a preset may.""",
            requestBody = @RequestBody(required = true,
                    content = @Content(schema = @Schema(implementation = Architecture.class))))
    @PostMapping("/architectures")
    ResponseEntity<Architecture> create(@org.springframework.web.bind.annotation.RequestBody JsonNode definition) {
        Architecture architecture = definitions.addArchitecture(definition);
        return ResponseEntity.created(URI.create(ApiPaths.ROOT + "/architectures/" + architecture.name()))
                .body(architecture);
    }

    @Operation(operationId = "deleteArchitecture", summary = "Delete an architecture",
            description = "One that was posted. Machines and comparisons that were built from it keep it.")
    @DeleteMapping("/architectures/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void deleteArchitecture(@PathVariable String name) {
        delete(DefinitionKind.ARCHITECTURE, name);
    }

    private void delete(DefinitionKind kind, String name) {
        if (!definitions.delete(kind, name)) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "There is no " + kind.words() + " of this name.");
        }
    }

    @Operation(operationId = "getArchitecture", summary = "Get an architecture", description = "By name.")
    @GetMapping("/architectures/{name}")
    Architecture architecture(@PathVariable String name) {
        return find(definitions.architectures(), Architecture::name, name);
    }

    @Operation(operationId = "listKernelVersions", summary = "List kernel versions",
            description = "What differs between releases beside the design.")
    @GetMapping("/kernel-versions")
    List<VersionView> versions() {
        return KernelVersion.PRESETS.stream().map(VersionView::of).toList();
    }

    @Operation(operationId = "getKernelVersion", summary = "Get a kernel version", description = "By name.")
    @GetMapping("/kernel-versions/{name}")
    VersionView version(@PathVariable String name) {
        return VersionView.of(find(KernelVersion.PRESETS, KernelVersion::name, name));
    }

    @Operation(operationId = "listKernelDesigns", summary = "List kernel designs",
            description = "Where the kernel tells secondary MMUs.")
    @GetMapping("/kernel-designs")
    List<DesignView> designs() {
        return definitions.designs().stream().map(DesignView::of).toList();
    }

    @Operation(operationId = "getKernelDesign", summary = "Get a kernel design", description = "By name.")
    @GetMapping("/kernel-designs/{name}")
    DesignView design(@PathVariable String name) {
        return DesignView.of(find(definitions.designs(), KernelDesign::name, name));
    }

    @Operation(operationId = "createKernelDesign", summary = "Define a kernel design",
            description = """
                    Complete, or with "base", the name of another one, and only what differs. "sites" are names of choices, \
                    see /notify-sites. What is wrong is said field by field. It may be used wherever a preset may.""",
            requestBody = @RequestBody(required = true,
                    content = @Content(schema = @Schema(implementation = KernelDesign.class))))
    @PostMapping("/kernel-designs")
    ResponseEntity<DesignView> createDesign(
            @org.springframework.web.bind.annotation.RequestBody JsonNode definition) {
        KernelDesign design = definitions.addDesign(definition);
        return ResponseEntity.created(URI.create(ApiPaths.ROOT + "/kernel-designs/" + design.name()))
                .body(DesignView.of(design));
    }

    @Operation(operationId = "deleteKernelDesign", summary = "Delete a kernel design",
            description = "One that was posted. Machines and comparisons that were built from it keep it.")
    @DeleteMapping("/kernel-designs/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void deleteDesign(@PathVariable String name) {
        delete(DefinitionKind.KERNEL_DESIGN, name);
    }

    @Operation(operationId = "listNotifySites", summary = "List the choices of a kernel design",
            description = "Each place where a kernel may tell secondary MMUs, with what the call does and who had the idea.")
    @GetMapping("/notify-sites")
    List<SiteView> sites() {
        return Arrays.stream(NotifySite.values()).map(SiteView::of).toList();
    }

    @Operation(operationId = "listDeviceModels", summary = "List device models",
            description = "What there is to attach, with the rules of each.")
    @GetMapping("/device-models")
    List<DeviceModel> models() {
        return DeviceModels.list();
    }

    @Operation(operationId = "getDeviceModel", summary = "Get a device model", description = "By name.")
    @GetMapping("/device-models/{name}")
    DeviceModel model(@PathVariable String name) {
        return find(DeviceModels.list(), DeviceModel::name, name);
    }

    @Operation(operationId = "listDeviceDesigns", summary = "List device designs",
            description = "The device models that are sets of choices, with their choices.")
    @GetMapping("/device-designs")
    List<DeviceDesign> deviceDesigns() {
        return definitions.devices();
    }

    @Operation(operationId = "getDeviceDesign", summary = "Get a device design", description = "By name.")
    @GetMapping("/device-designs/{name}")
    DeviceDesign deviceDesign(@PathVariable String name) {
        return find(definitions.devices(), DeviceDesign::name, name);
    }

    @Operation(operationId = "createDeviceDesign", summary = "Define a device",
            description = """
                    Complete, or with "base", the name of another one, and only what differs. What is wrong is said field by \
                    field. Its name may be used wherever a device model is named.""",
            requestBody = @RequestBody(required = true,
                    content = @Content(schema = @Schema(implementation = DeviceDesign.class))))
    @PostMapping("/device-designs")
    ResponseEntity<DeviceDesign> createDevice(
            @org.springframework.web.bind.annotation.RequestBody JsonNode definition) {
        DeviceDesign design = definitions.addDevice(definition);
        return ResponseEntity.created(URI.create(ApiPaths.ROOT + "/device-designs/" + design.name())).body(design);
    }

    @Operation(operationId = "deleteDeviceDesign", summary = "Delete a device design",
            description = "One that was posted. Machines to which it was attached keep it.")
    @DeleteMapping("/device-designs/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void deleteDevice(@PathVariable String name) {
        delete(DefinitionKind.DEVICE_DESIGN, name);
    }

    private static <T> T find(List<T> presets, Function<T, String> nameOf, String name) {
        return presets.stream().filter(preset -> nameOf.apply(preset).equals(name)).findFirst()
                .orElseThrow(() -> ProblemException.of(ProblemType.NOT_FOUND, "There is none of this name; there are "
                        + String.join(", ", presets.stream().map(nameOf).toList()) + "."));
    }
}
