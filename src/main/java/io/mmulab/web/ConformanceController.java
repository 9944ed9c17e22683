package io.mmulab.web;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.UnaryOperator;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.mmulab.conformance.RecordingArchive.Format;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.lab.conformance.ConformanceAnswer;
import io.mmulab.lab.conformance.ConformanceRuns;
import io.mmulab.lab.definition.Definitions;

/** Recordings of real kernels, held against the simulated ones. */
@RestController
@Tag(name = "conformance")
class ConformanceController {
    private static final String PATH = ApiPaths.ROOT + "/conformance";
    private static final String EXAMPLE = """
            {"scenario":"example","kernel":"x86_64-6.12","complete":true,"regions":[{"name":"A","base":"0x200040000000",\
            "len":"0x1000","page":4096}]}
            {"i":0,"proc":"P","op":"mmap A 1 r private-anon","ret":"A+0","raw":"0x200040000000","events":[]}
            {"i":1,"proc":"P","op":"munmap A 0 1","ret":0,"events":[]}
            """;

    private final ConformanceRuns runs;
    private final Definitions definitions;

    ConformanceController(ConformanceRuns runs, Definitions definitions) {
        this.runs = runs;
        this.definitions = definitions;
    }

    @Operation(operationId = "compareRecordings",
            summary = "Hold recordings of a real kernel against the simulated one",
            description = """
                    One recording as application/x-ndjson: a header line, then one line an operation. Many as a .zip \
                    (application/zip) or .tar.gz (application/gzip): each file in it that ends in .json, .jsonl or .ndjson. \
                    The script of a recording is played on a machine with its kernel's architecture and version, and each \
                    operation is compared. Answers 200 whether or not there are differences. Nothing is stored.""",
            requestBody = @RequestBody(required = true, content = {
                @Content(mediaType = MediaTypes.NDJSON, schema = @Schema(type = "string"),
                        examples = @ExampleObject(EXAMPLE)),
                @Content(mediaType = MediaTypes.ZIP, schema = @Schema(type = "string", format = "binary")),
                @Content(mediaType = MediaTypes.GZIP, schema = @Schema(type = "string", format = "binary"))}))
    @PostMapping(path = PATH,
            consumes = {MediaTypes.NDJSON, MediaTypes.ZIP, MediaTypes.GZIP, MediaTypes.X_GZIP})
    ConformanceAnswer compare(@Parameter(hidden = true) @RequestHeader("Content-Type") String contentType,
            @Parameter(
                    description = "Name of an architecture to hold them against; the recorded kernel's unless given") @RequestParam(
                            required = false) @Nullable String architecture,
            @Parameter(
                    description = "Name of a kernel design to hold them against; the recorded kernel's unless given") @RequestParam(
                            required = false) @Nullable String kernelDesign,
            InputStream body) throws IOException {
        UnaryOperator<MachineSpec> machine = machine(architecture, kernelDesign);
        MediaType type = MediaType.parseMediaType(contentType);
        if (type.isCompatibleWith(MediaType.parseMediaType(MediaTypes.NDJSON))) {
            return runs.compare(body, machine);
        }
        return runs.compareAll(body,
                type.isCompatibleWith(MediaType.parseMediaType(MediaTypes.ZIP)) ? Format.ZIP : Format.TAR_GZ,
                machine);
    }

    private UnaryOperator<MachineSpec> machine(@Nullable String architecture, @Nullable String kernelDesign) {
        Architecture cpu = architecture == null ? null : definitions.architecture("architecture", architecture);
        KernelDesign design = kernelDesign == null ? null : definitions.design("kernelDesign", kernelDesign);
        return spec -> new MachineSpec(cpu == null ? spec.architecture() : cpu, spec.version(),
                design == null ? spec.design() : design, spec.cpus(), spec.memoryPages());
    }
}
