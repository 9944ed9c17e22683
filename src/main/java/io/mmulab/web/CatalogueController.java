package io.mmulab.web;

import java.util.List;
import java.util.function.Function;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import io.mmulab.device.DeviceDesign;
import io.mmulab.device.DeviceModel;
import io.mmulab.device.DeviceModels;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.NotifySite;
import io.mmulab.kernel.event.Phase;

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

    @Operation(operationId = "listArchitectures", summary = "List architectures",
            description = "The TLB and page-table rules of CPU families. Costs are simulated nanoseconds.")
    @GetMapping("/architectures")
    List<Architecture> architectures() {
        return Architecture.PRESETS;
    }

    @Operation(operationId = "getArchitecture", summary = "Get an architecture", description = "By name.")
    @GetMapping("/architectures/{name}")
    Architecture architecture(@PathVariable String name) {
        return find(Architecture.PRESETS, Architecture::name, name);
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
        return KernelDesign.PRESETS.stream().map(DesignView::of).toList();
    }

    @Operation(operationId = "getKernelDesign", summary = "Get a kernel design", description = "By name.")
    @GetMapping("/kernel-designs/{name}")
    DesignView design(@PathVariable String name) {
        return DesignView.of(find(KernelDesign.PRESETS, KernelDesign::name, name));
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
        return DeviceModels.designs();
    }

    @Operation(operationId = "getDeviceDesign", summary = "Get a device design", description = "By name.")
    @GetMapping("/device-designs/{name}")
    DeviceDesign deviceDesign(@PathVariable String name) {
        return find(DeviceModels.designs(), DeviceDesign::name, name);
    }

    private static <T> T find(List<T> presets, Function<T, String> nameOf, String name) {
        return presets.stream().filter(preset -> nameOf.apply(preset).equals(name)).findFirst()
                .orElseThrow(() -> ProblemException.of(ProblemType.NOT_FOUND, "There is none of this name; there are "
                        + String.join(", ", presets.stream().map(nameOf).toList()) + "."));
    }
}
