package io.mmulab.web;

import java.net.URI;
import java.util.List;
import java.util.Map;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.mmulab.kernel.machine.AccessKind;
import io.mmulab.kernel.machine.Address;
import io.mmulab.kernel.machine.Operation.AttachDevice;
import io.mmulab.kernel.machine.Operation.CommandDevice;
import io.mmulab.kernel.machine.Operation.DetachDevice;
import io.mmulab.kernel.machine.Operation.DeviceAccess;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.secondary.DeviceCommand;
import io.mmulab.lab.Machines;
import io.mmulab.lab.json.ByteCount;

/** The devices of a machine. */
@RestController
@Tag(name = "devices")
class DeviceController {
    private final Machines machines;
    private final Applied applied;

    DeviceController(Machines machines, Applied applied) {
        this.machines = machines;
        this.applied = applied;
    }

    /**
     * A device to be attached.
     *
     * @param name unique in the machine
     * @param model see /device-models
     * @param addressSpace 1 unless said otherwise
     * @param options choices of the model
     */
    record Attachment(String name, String model, @Nullable Integer addressSpace,
            @Nullable Map<String, String> options) {}

    /**
     * An access of one byte by a device.
     *
     * @param address in the bound address space; a guest address where the device is a guest
     * @param access READ or WRITE
     * @param value what a write stores, 0 to 255; 0 unless said otherwise
     */
    record AccessByDevice(@Address long address, AccessKind access, @Nullable Integer value) {}

    /**
     * A command to a device.
     *
     * @param command what it does
     * @param address first byte, page aligned
     * @param length bytes
     * @param value what WRITE stores and ATOMIC adds, 0 to 255; 0 unless said otherwise
     */
    record CommandToDevice(DeviceCommand command, @Address long address, @ByteCount long length,
            @Nullable Integer value) {}

    @Operation(operationId = "attachDevice", summary = "Attach a device",
            description = "Makes a device of a model and binds it to an address space.")
    @PostMapping(ApiPaths.DEVICES)
    ResponseEntity<DeviceView> attach(@PathVariable String machine, @RequestBody Attachment request) {
        int space = request.addressSpace() == null ? 1 : request.addressSpace();
        var options = request.options();
        applied.successfully(machine, space,
                new AttachDevice(request.name(), request.model(), space, options == null ? Map.of() : options));
        return ResponseEntity
                .created(URI.create(ApiPaths.DEVICES.replace("{machine}", machine) + "/" + request.name()))
                .body(machines.look(machine, here -> DeviceView.of(here.device(request.name()))));
    }

    @Operation(operationId = "listDevices", summary = "List devices", description = "In order of attachment.")
    @GetMapping(ApiPaths.DEVICES)
    List<DeviceView> list(@PathVariable String machine) {
        return machines.look(machine, here -> here.devices().stream().map(DeviceView::of).toList());
    }

    @Operation(operationId = "getDevice", summary = "Get a device", description = "With what it has cached.")
    @GetMapping(ApiPaths.DEVICE)
    DeviceView get(@PathVariable String machine, @PathVariable String device,
            @RequestParam(defaultValue = Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit) {
        return machines.look(machine, here -> DeviceView.withEntries(here.device(device), limit));
    }

    @Operation(operationId = "accessByDevice", summary = "Access a byte by a device",
            description = "deviceStatus says how it ended: OK, INVALID, or STUCK if it kept faulting although each fault "
                    + "was handled.")
    @PostMapping(ApiPaths.DEVICE + "/accesses")
    Outcome access(@PathVariable String machine, @PathVariable String device, @RequestBody AccessByDevice request) {
        Integer value = request.value();
        return applied.onDevice(machine, device,
                new DeviceAccess(device, request.address(), request.access(), value == null ? 0 : value));
    }

    @Operation(operationId = "commandDevice", summary = "Let a device work on a range",
            description = "What devices with a table of their own can do beside single accesses: read or write many pages, look "
                    + "what is mapped, move pages to their memory and back, take pages for themselves. The result is the number "
                    + "of pages, or a negative errno.")
    @PostMapping(ApiPaths.DEVICE + "/commands")
    Outcome command(@PathVariable String machine, @PathVariable String device, @RequestBody CommandToDevice request) {
        Integer value = request.value();
        return applied.onDevice(machine, device, new CommandDevice(device, request.command(), request.address(),
                request.length(), value == null ? 0 : value));
    }

    @Operation(operationId = "detachDevice", summary = "Detach a device",
            description = "It drops everything and is gone.")
    @DeleteMapping(ApiPaths.DEVICE)
    Outcome detach(@PathVariable String machine, @PathVariable String device) {
        return applied.onDevice(machine, device, new DetachDevice(device));
    }
}
