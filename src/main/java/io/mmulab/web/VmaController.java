package io.mmulab.web;

import java.net.URI;
import java.util.Set;
import java.util.stream.IntStream;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.mmulab.kernel.machine.Address;
import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Operation.Mmap;
import io.mmulab.kernel.machine.Operation.Mprotect;
import io.mmulab.kernel.machine.Operation.Munmap;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.lab.Machines;
import io.mmulab.lab.json.ByteCount;
import io.mmulab.lab.json.Numbers;

/** The VMAs of an address space. */
@RestController
@Tag(name = "vmas")
class VmaController {
    private static final String PATH = ApiPaths.SPACE + "/vmas";

    private final Machines machines;
    private final Applied applied;

    VmaController(Machines machines, Applied applied) {
        this.machines = machines;
        this.applied = applied;
    }

    /**
     * mmap.
     *
     * @param address absent: the kernel chooses
     * @param length in bytes
     * @param file name of a file that was created; absent with MAP_ANONYMOUS
     * @param offset in the file, in bytes
     * @param prot rights; none of them is PROT_NONE
     * @param flags flags of mmap: MAP_PRIVATE or MAP_SHARED, and others
     */
    record Mapping(@Address @Nullable Long address, @ByteCount long length, Set<Prot> prot, Set<MapFlag> flags,
            @Nullable String file, @ByteCount @Nullable Long offset) {}

    /**
     * mprotect.
     *
     * @param length in bytes
     * @param prot the new rights; an empty array is PROT_NONE
     * @param start first byte, page aligned
     */
    record Protection(@Address long start, @ByteCount long length, Set<Prot> prot) {}

    @Operation(operationId = "listVmas", summary = "List VMAs",
            description = "In order of address, those that end after start. As text/plain: all of them, as "
                    + "/proc/PID/maps shows them.")
    @GetMapping(path = PATH, produces = MediaType.APPLICATION_JSON_VALUE)
    Listing<VmaView> list(@PathVariable String machine, @PathVariable int addressSpace,
            @RequestParam(defaultValue = "0x0") AddressParameter start,
            @RequestParam(defaultValue = "1000") @Min(1) @Max(Page.MAX_LIMIT) int limit) {
        return machines.look(machine, here -> {
            var mm = here.addressSpace(addressSpace);
            int first = start.value() < 0 ? mm.vmas().size() : mm.vmas().positionAtOrAfter(start.value());
            return Listing.of(IntStream.range(first, mm.vmas().size()).limit(limit + 1L)
                    .mapToObj(i -> VmaView.of(mm, mm.vmas().at(i))).toList(), limit);
        });
    }

    @Operation(operationId = "listVmas", summary = "List VMAs")
    @GetMapping(path = PATH, produces = MediaType.TEXT_PLAIN_VALUE)
    String maps(@PathVariable String machine, @PathVariable int addressSpace) {
        return machines.look(machine, here -> MapsText.of(here.addressSpace(addressSpace)));
    }

    @Operation(operationId = "mapMemory", summary = "mmap",
            description = "Maps memory or a file. result is the address. A failed call is a problem with its errno; the "
                    + "journal has it all the same.")
    @PostMapping(PATH)
    ResponseEntity<Outcome> map(@PathVariable String machine, @PathVariable int addressSpace,
            @RequestBody Mapping request) {
        Long address = request.address();
        Long offset = request.offset();
        var outcome = applied.successfully(machine, addressSpace, new Mmap(addressSpace, address == null ? 0 : address,
                request.length(), request.prot(), request.flags(), request.file(), offset == null ? 0 : offset));
        var location = URI.create(PATH.replace("{machine}", machine).replace("{addressSpace}", "" + addressSpace)
                + "?limit=1&start=" + Numbers.address(outcome.result()));
        return ResponseEntity.created(location).body(outcome);
    }

    @Operation(operationId = "unmapMemory", summary = "munmap", description = "Unmaps length bytes from start.")
    @DeleteMapping(PATH)
    Outcome unmap(@PathVariable String machine, @PathVariable int addressSpace, @RequestParam AddressParameter start,
            @RequestParam BytesParameter length) {
        return applied.successfully(machine, addressSpace, new Munmap(addressSpace, start.value(), length.value()));
    }

    @Operation(operationId = "protectMemory", summary = "mprotect",
            description = "Changes the rights of length bytes from start.")
    @PatchMapping(PATH)
    Outcome protect(@PathVariable String machine, @PathVariable int addressSpace, @RequestBody Protection request) {
        return applied.successfully(machine, addressSpace,
                new Mprotect(addressSpace, request.start(), request.length(), request.prot()));
    }
}
