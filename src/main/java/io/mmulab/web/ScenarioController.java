package io.mmulab.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
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
import org.springframework.web.bind.annotation.RestController;

import io.mmulab.lab.catalogue.ScenarioDocument;
import io.mmulab.lab.catalogue.ScenarioProgress;
import io.mmulab.lab.catalogue.ScenarioRequest;
import io.mmulab.lab.catalogue.ScenarioRuns;
import io.mmulab.lab.catalogue.Scenarios;
import io.mmulab.lab.comparison.ComparisonProgress.Status;
import io.mmulab.scenario.catalogue.Scenario;

/** Scenarios: statements, and what each design makes of them. */
@RestController
@RequestMapping(ScenarioController.PATH)
@Tag(name = "scenarios")
class ScenarioController {
    static final String PATH = ApiPaths.ROOT + "/scenarios";
    private static final String RUNS = "/runs";

    private final Scenarios scenarios;
    private final ScenarioRuns runs;

    ScenarioController(Scenarios scenarios, ScenarioRuns runs) {
        this.scenarios = scenarios;
        this.runs = runs;
    }

    /**
     * A scenario.
     *
     * @param id as T9
     * @param title the statement in one line
     * @param who said it
     * @param when they did
     * @param source where that can be read
     * @param text what a reader should know
     * @param answer what it answers that the discussion left open
     * @param kind whether running shows it, or it is only recorded
     * @param matrix the machines that it is about
     * @param designs names of the designs that it is about; empty for all
     * @param claim what each machine decides
     * @param verdicts expected by design; under "*" for all others
     * @param ofTheProgram whether it comes with the program
     * @param script the scenario as .mm, absent in lists
     */
    record ScenarioView(String id, String title, String who, String when, String source, String text, String answer,
            Scenario.Kind kind, List<Scenario.Pair> matrix, List<String> designs, @Nullable String claim,
            Map<String, String> verdicts, boolean ofTheProgram, @Nullable String script) {
        private static final String ALL_OTHERS = "*";

        static ScenarioView of(Scenario scenario, boolean ofTheProgram, boolean whole) {
            Map<String, String> verdicts = new TreeMap<>();
            scenario.verdicts().forEach((design, verdict) -> verdicts
                    .put(design.equals(Scenario.OTHERS) ? ALL_OTHERS : design, verdict.label()));
            return new ScenarioView(scenario.id(), scenario.title(), scenario.who(), scenario.when(),
                    scenario.source(), scenario.text(), scenario.answer(), scenario.kind(), scenario.matrix(),
                    scenario.designs(), scenario.claim() == null ? null : scenario.claim().toString(), verdicts,
                    ofTheProgram, whole ? scenario.file() : null);
        }
    }

    @Operation(operationId = "listScenarios", summary = "List scenarios",
            description = "Those of the program, then those of users; without their scripts.")
    @GetMapping
    List<ScenarioView> list() {
        return scenarios.all().stream().map(each -> view(each, false)).toList();
    }

    @Operation(operationId = "getScenario", summary = "Get a scenario",
            description = "With its script. As text/x-mm, the script alone, in the form that can be posted.")
    @GetMapping(path = "/{scenario}", produces = MediaType.APPLICATION_JSON_VALUE)
    ScenarioView get(@PathVariable String scenario) {
        return view(find(scenario), true);
    }

    @Operation(operationId = "getScenario", summary = "Get a scenario")
    @GetMapping(path = "/{scenario}", produces = MediaTypes.MM_SCRIPT)
    String script(@PathVariable String scenario) {
        return find(scenario).file();
    }

    @Operation(operationId = "addScenario", summary = "Add a scenario of your own",
            description = "As text/x-mm it begins with a line \"## ID\"; as JSON the same lines have names. It is stored, and "
                    + "can be run at once. A mistake is reported with its line.")
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<ScenarioView> add(@RequestBody ScenarioDocument scenario) {
        return added(scenarios.add(scenario.toScript()));
    }

    @Operation(operationId = "addScenario", summary = "Add a scenario of your own",
            requestBody = @io.swagger.v3.oas.annotations.parameters.RequestBody(required = true,
                    content = @Content(mediaType = MediaTypes.MM_SCRIPT, schema = @Schema(type = "string"),
                            examples = @ExampleObject(EXAMPLE))))
    @PostMapping(consumes = MediaTypes.MM_SCRIPT)
    ResponseEntity<ScenarioView> addScript(InputStream body) throws IOException {
        return added(scenarios.add(Scripts.text(body)));
    }

    private static final String EXAMPLE = """
            ## mine
            #title: A guest never waits for the host's upgrade
            #text: The guest reads a page, the host writes to it, the guest writes.
            #on: arm64 x86-64 with kvm smmuv3-sva
            #claim: ok(write)
            #verdict: depends
            mmap A 1 rw private-anon
            write A 0 1
            dev attach D $device
            fork C
            dev read D A 0
            exit C
            write A 0 2
            #= path = WP_REUSE
            #: write
            dev write D A 0 9
            """;

    private ResponseEntity<ScenarioView> added(Scenario scenario) {
        return ResponseEntity.created(URI.create(PATH + "/" + scenario.id())).body(view(scenario, true));
    }

    @Operation(operationId = "deleteScenario", summary = "Delete a scenario of your own",
            description = "What its runs have left stays.")
    @DeleteMapping("/{scenario}")
    ResponseEntity<Void> delete(@PathVariable String scenario) {
        find(scenario);
        if (!scenarios.delete(scenario)) {
            throw ProblemException.of(ProblemType.INVALID_OPERATION,
                    "Nothing was changed: scenario " + scenario + " comes with the program.");
        }
        return ResponseEntity.noContent().build();
    }

    @Operation(operationId = "runScenario", summary = "Run a scenario",
            description = "On its own machines unless the body says others. Answers 200 with the table, or 202 with a Location "
                    + "that shows progress when it takes longer than a few seconds.")
    @PostMapping(path = "/{scenario}/runs",
            produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_PLAIN_VALUE})
    ResponseEntity<ScenarioProgress> run(@PathVariable String scenario,
            @RequestBody(required = false) @Nullable ScenarioRequest request) {
        Scenario found = find(scenario);
        if (found.kind() == Scenario.Kind.RECORD) {
            throw ProblemException.of(ProblemType.INVALID_OPERATION,
                    "Nothing was changed: " + scenario
                            + " is a record, which nothing can run; its text has the derivation.");
        }
        return answer(runs.start(found, request == null ? ScenarioRequest.AS_THEY_SAY : request));
    }

    @Operation(operationId = "runCatalogue", summary = "Run all scenarios of the program on all designs",
            description = "One table: which design makes which statement true. Answers 202 with a Location that shows progress "
                    + "when it takes longer than a few seconds.")
    @PostMapping(path = RUNS, produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_PLAIN_VALUE})
    ResponseEntity<ScenarioProgress> runAll(@RequestBody(required = false) @Nullable ScenarioRequest request) {
        return answer(runs.startAll(request == null ? ScenarioRequest.AS_THEY_SAY : request));
    }

    private static ResponseEntity<ScenarioProgress> answer(ScenarioProgress progress) {
        URI location = URI.create(PATH + RUNS + "/" + progress.id());
        return ResponseEntity.status(progress.status() == Status.RUNNING ? HttpStatus.ACCEPTED : HttpStatus.OK)
                .location(location).body(progress);
    }

    @Operation(operationId = "listScenarioRuns", summary = "List runs of scenarios",
            description = "Oldest first, without their tables.")
    @GetMapping(RUNS)
    Page<ScenarioProgress> listRuns(@RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit) {
        String query = PATH + RUNS;
        return Page.of(runs.list(Cursor.position(cursor, query), limit + 1), limit, Function.identity(),
                (ScenarioProgress row) -> new Cursor(query, row.id()).encode());
    }

    @Operation(operationId = "getScenarioRun", summary = "Get a run of scenarios",
            description = "Its progress, and its table once it is done. With Accept: text/plain, a table to read.")
    @GetMapping(path = RUNS + "/{run}", produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_PLAIN_VALUE})
    ScenarioProgress getRun(@PathVariable String run) {
        return runs.find(run).orElseThrow(() -> ProblemException.of(ProblemType.NOT_FOUND,
                "There is no run " + run + ". List those that there are with GET " + PATH + RUNS + "."));
    }

    @Operation(operationId = "cancelScenarioRun", summary = "End a run of scenarios",
            description = "It stops soon; nothing of it is kept but its name.")
    @DeleteMapping(RUNS + "/{run}")
    ResponseEntity<Void> cancel(@PathVariable String run) {
        if (!runs.cancel(run)) {
            getRun(run);
            throw ProblemException.of(ProblemType.NOT_RUNNING,
                    "Run " + run + " has ended already. What it left stays.");
        }
        return ResponseEntity.accepted().build();
    }

    private ScenarioView view(Scenario scenario, boolean whole) {
        return ScenarioView.of(scenario, scenarios.isOfTheProgram(scenario.id()), whole);
    }

    private Scenario find(String id) {
        return scenarios.find(id).orElseThrow(() -> ProblemException.of(ProblemType.NOT_FOUND,
                "There is no scenario " + id + ". List those that there are with GET " + PATH + "."));
    }
}
