package io.mmulab.web;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import io.mmulab.lab.Machines;

/** The address spaces of a machine. */
@RestController
@Tag(name = "address spaces")
class AddressSpaceController {
    private static final int MAX = 1024;

    private final Machines machines;

    AddressSpaceController(Machines machines) {
        this.machines = machines;
    }

    @Operation(operationId = "listAddressSpaces", summary = "List address spaces",
            description = "All that the machine ever had, in order of their ids; the first 1024.")
    @GetMapping(ApiPaths.SPACES)
    Listing<AddressSpaceView> list(@PathVariable String machine) {
        return machines.look(machine, here -> Listing.of(
                here.addressSpaces().stream().limit(MAX + 1).map(AddressSpaceView::of).toList(), MAX));
    }

    @Operation(operationId = "getAddressSpace", summary = "Get an address space",
            description = "Its counters, in base pages. One that has exited is not found.")
    @GetMapping(ApiPaths.SPACE)
    AddressSpaceView get(@PathVariable String machine, @PathVariable int addressSpace) {
        return machines.look(machine, here -> AddressSpaceView.of(here.addressSpace(addressSpace)));
    }
}
