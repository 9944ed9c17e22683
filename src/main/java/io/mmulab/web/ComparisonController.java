package io.mmulab.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.multipart.MultipartHttpServletRequest;

import io.mmulab.lab.comparison.ComparisonProgress;
import io.mmulab.lab.comparison.ComparisonProgress.Status;
import io.mmulab.lab.comparison.ComparisonRequest;
import io.mmulab.lab.comparison.Comparisons;

/** Comparisons: one workload on a matrix of machines. */
@RestController
@RequestMapping(ComparisonController.PATH)
@Tag(name = "comparisons",
        description = "One workload on many machines: which design leaves a device stuck, and what each costs.")
class ComparisonController {
    static final String PATH = "/api/v1/comparisons";
    private static final Set<String> FORM_FIELDS =
            Set.of("trace", "architectures", "kernelDesigns", "devices", "workload",
                    "seed", "lenient");

    private final Comparisons comparisons;

    ComparisonController(Comparisons comparisons) {
        this.comparisons = comparisons;
    }

    @Operation(operationId = "compareScenario", summary = "Run a list of operations on a matrix of machines",
            description = "Answers 200 with the table, or 202 with a Location that shows progress when it takes longer than a "
                    + "few seconds.")
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_PLAIN_VALUE})
    ResponseEntity<ComparisonProgress> compareScenario(@RequestBody ComparisonRequest request) throws IOException {
        return answer(comparisons.start(request, null));
    }

    @Operation(operationId = "compareScenario", summary = "Run a scenario on a matrix of machines",
            description = "The scenario is a list of operations as JSON, or a script as text/x-mm. Answers 200 with the "
                    + "table, or 202 with a Location that shows progress when it takes longer than a few seconds.")
    @PostMapping(consumes = MediaTypes.MM_SCRIPT,
            produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_PLAIN_VALUE})
    ResponseEntity<ComparisonProgress> compareScript(
            @Parameter(description = "Names of architectures; arm64 and x86-64 unless given") @RequestParam(
                    required = false) @Nullable List<String> architectures,
            @Parameter(description = "Names of kernel designs; all four of the thread unless given") @RequestParam(
                    required = false) @Nullable List<String> kernelDesigns,
            @Parameter(
                    description = "A device as model or model:option=value; repeat it for several") @RequestParam(
                            required = false) @Nullable String[] devices,
            InputStream body) throws IOException {
        return answer(comparisons.start(new ComparisonRequest(architectures, kernelDesigns,
                devices == null ? null : List.of(devices), null, null, null, null, Scripts.text(body)), null));
    }

    @Operation(operationId = "compareTrace", summary = "Play an uploaded trace on a matrix of machines",
            description = "The trace is a log of strace -f -e trace=%memory,%process or of valgrind --tool=lackey "
                    + "--trace-mem=yes --trace-syscalls=yes, plain or gzip. Answers 200 with the table, or 202 with a "
                    + "Location that shows progress.")
    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE,
            produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_PLAIN_VALUE})
    ResponseEntity<ComparisonProgress> compareTrace(@RequestPart MultipartFile trace,
            @Parameter(description = "Names of architectures; arm64 and x86-64 unless given") @RequestParam(
                    required = false) @Nullable List<String> architectures,
            @Parameter(description = "Names of kernel designs; all four of the thread unless given") @RequestParam(
                    required = false) @Nullable List<String> kernelDesigns,
            @Parameter(
                    description = "A device as model or model:option=value; repeat the field for several") @RequestParam(
                            required = false) @Nullable String[] devices,
            @Parameter(description = "What the device does: none, mirror-reads, random") @RequestParam(
                    required = false) @Nullable String workload,
            @Parameter(description = "Seed of the workload random") @RequestParam(required = false) @Nullable Long seed,
            @Parameter(description = "Count malformed lines instead of stopping") @RequestParam(
                    required = false) @Nullable Boolean lenient,
            MultipartHttpServletRequest form) throws IOException {
        refuseUnknownFields(form);
        ComparisonRequest request = new ComparisonRequest(architectures, kernelDesigns,
                form.getParameterValues("devices") == null ? null : List.of(form.getParameterValues("devices")),
                workload,
                seed, lenient, null, null);
        try (InputStream in = trace.getInputStream()) {
            return answer(comparisons.start(request, in));
        }
    }

    private static void refuseUnknownFields(MultipartHttpServletRequest form) {
        Set<String> fields = new TreeSet<>(form.getParameterMap().keySet());
        fields.addAll(form.getFileMap().keySet());
        fields.removeAll(FORM_FIELDS);
        if (!fields.isEmpty()) {
            String field = fields.iterator().next();
            throw ProblemException.aboutField(ProblemType.UNKNOWN_FIELD,
                    "Nothing was changed: the form has the fields " + new TreeSet<>(FORM_FIELDS) + ".", field,
                    "is not known");
        }
    }

    private static ResponseEntity<ComparisonProgress> answer(ComparisonProgress progress) {
        URI location = URI.create(PATH + "/" + progress.id());
        return ResponseEntity.status(progress.status() == Status.RUNNING ? HttpStatus.ACCEPTED : HttpStatus.OK)
                .location(location).body(progress);
    }

    @Operation(operationId = "listComparisons", summary = "List comparisons",
            description = "Oldest first, without their tables.")
    @GetMapping
    Page<ComparisonProgress> list(@RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit) {
        return Page.of(comparisons.list(Cursor.position(cursor, PATH), limit + 1), limit, Function.identity(),
                (ComparisonProgress row) -> new Cursor(PATH, row.id()).encode());
    }

    @Operation(operationId = "getComparison", summary = "Get a comparison",
            description = "Its progress, and its table once it is done. With Accept: text/plain, a table to read.")
    @GetMapping(path = "/{comparison}", produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_PLAIN_VALUE})
    ComparisonProgress get(@PathVariable String comparison) {
        return comparisons.find(comparison).orElseThrow(() -> notFound(comparison));
    }

    @Operation(operationId = "cancelComparison", summary = "End a running comparison",
            description = "It stops soon; nothing of it is kept but its name.")
    @DeleteMapping("/{comparison}")
    ResponseEntity<Void> cancel(@PathVariable String comparison) {
        if (!comparisons.cancel(comparison)) {
            get(comparison);
            throw ProblemException.of(ProblemType.NOT_RUNNING,
                    "Comparison " + comparison + " has ended already. What it left stays.");
        }
        return ResponseEntity.accepted().build();
    }

    private static ProblemException notFound(String comparison) {
        return ProblemException.of(ProblemType.NOT_FOUND,
                "There is no comparison " + comparison + ". List those that there are with GET " + PATH + ".");
    }
}
