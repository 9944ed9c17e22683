package io.mmulab.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
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

import io.mmulab.lab.comparison.ComparisonFailedException;
import io.mmulab.lab.comparison.ComparisonProgress;
import io.mmulab.lab.comparison.ComparisonProgress.Status;
import io.mmulab.lab.comparison.ComparisonRequest;
import io.mmulab.lab.comparison.Comparisons;
import io.mmulab.lab.comparison.TooManyComparisonsException;

/** Comparisons: one workload on a matrix of machines. */
@RestController
@RequestMapping("/api/v1/comparisons")
@Tag(name = "comparisons",
        description = "One workload on many machines: which design leaves a device stuck, and what each costs.")
class ComparisonController {
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
                seed, lenient, null);
        try (InputStream in = trace.getInputStream()) {
            return answer(comparisons.start(request, in));
        }
    }

    private static void refuseUnknownFields(MultipartHttpServletRequest form) {
        Set<String> fields = new TreeSet<>(form.getParameterMap().keySet());
        fields.addAll(form.getFileMap().keySet());
        fields.removeAll(FORM_FIELDS);
        if (!fields.isEmpty()) {
            throw new IllegalArgumentException(
                    "unknown field \"" + fields.iterator().next() + "\"; the form has " + new TreeSet<>(FORM_FIELDS));
        }
    }

    private static ResponseEntity<ComparisonProgress> answer(ComparisonProgress progress) {
        URI location = URI.create("/api/v1/comparisons/" + progress.id());
        return ResponseEntity.status(progress.status() == Status.RUNNING ? HttpStatus.ACCEPTED : HttpStatus.OK)
                .location(location).body(progress);
    }

    @Operation(operationId = "listComparisons", summary = "The comparisons, oldest first, without their tables",
            description = "A page; the next one begins after the id of the last row of this one.")
    @GetMapping
    List<ComparisonProgress> list(
            @Parameter(description = "Id to begin after") @RequestParam(defaultValue = "") String after,
            @Parameter(description = "Rows, 1 to 100") @RequestParam(defaultValue = "50") int limit) {
        if (limit < 1 || limit > 100) {
            throw new IllegalArgumentException("limit not in 1..100");
        }
        return comparisons.list(after, limit);
    }

    @Operation(operationId = "getComparison", summary = "Progress of a comparison, and its table once it is done",
            description = "With Accept: text/plain, a table to read.")
    @GetMapping(path = "/{id}", produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_PLAIN_VALUE})
    ResponseEntity<?> get(@PathVariable String id) {
        return comparisons.find(id).<ResponseEntity<?>>map(ResponseEntity::ok).orElseGet(() -> notFound(id));
    }

    @Operation(operationId = "cancelComparison", summary = "End a running comparison",
            description = "It stops soon; nothing of it is kept.")
    @DeleteMapping("/{id}")
    ResponseEntity<?> cancel(@PathVariable String id) {
        if (comparisons.cancel(id)) {
            return ResponseEntity.accepted().build();
        }
        return comparisons.find(id).isEmpty() ? notFound(id)
                : problem(HttpStatus.CONFLICT, "not-running", "Comparison is not running",
                        "comparison " + id + " has ended; its table stays");
    }

    private static ResponseEntity<?> notFound(String id) {
        return problem(HttpStatus.NOT_FOUND, "not-found", "Not found",
                "there is no comparison " + id + "; GET /api/v1/comparisons lists them");
    }

    @ExceptionHandler(IllegalArgumentException.class)
    ResponseEntity<?> senseless(IllegalArgumentException e) {
        return problem(HttpStatus.BAD_REQUEST, "invalid-request", "Invalid request", String.valueOf(e.getMessage()));
    }

    @ExceptionHandler(ComparisonFailedException.class)
    ResponseEntity<?> failed(ComparisonFailedException e) {
        boolean input = e.getCause() instanceof IOException || e.getCause() instanceof RuntimeException;
        return problem(input ? HttpStatus.UNPROCESSABLE_CONTENT : HttpStatus.INTERNAL_SERVER_ERROR, "comparison-failed",
                "Comparison could not be finished", String.valueOf(e.getMessage()));
    }

    @ExceptionHandler(TooManyComparisonsException.class)
    ResponseEntity<?> tooMany(TooManyComparisonsException e) {
        return problem(HttpStatus.TOO_MANY_REQUESTS, "too-many-comparisons", "Too many comparisons",
                String.valueOf(e.getMessage()));
    }

    private static ResponseEntity<?> problem(HttpStatus status, String type, String title, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create("/problems/" + type));
        problem.setTitle(title);
        return ResponseEntity.status(status).contentType(MediaType.APPLICATION_PROBLEM_JSON).body(problem);
    }
}
