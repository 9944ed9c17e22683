package io.mmulab.web;

import java.util.List;
import java.util.stream.Stream;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.validation.Errors;
import org.springframework.validation.method.ParameterErrors;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

import io.mmulab.history.DatabaseFailure;
import io.mmulab.kernel.machine.NoSuchObjectException;
import io.mmulab.lab.JournalMismatchException;
import io.mmulab.lab.KeyReusedException;
import io.mmulab.lab.MachineChangedException;
import io.mmulab.lab.MachineNotFoundException;
import io.mmulab.lab.PreconditionFailedException;
import io.mmulab.lab.RefusedException;
import io.mmulab.lab.comparison.ComparisonFailedException;
import io.mmulab.lab.comparison.TooManyComparisonsException;
import io.mmulab.lab.conformance.TooManyRunsException;
import io.mmulab.lab.conformance.UnreadableRecordingException;
import io.mmulab.lab.definition.InvalidDefinitionException;
import io.mmulab.lab.definition.NameTakenException;
import io.mmulab.scenario.ScriptException;

/** The one place where exceptions become answers. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(Problems.class);
    /** Seconds in which a database server has started again, often. */
    private static final String RETRY_AFTER = "5";

    @ExceptionHandler
    ResponseEntity<ProblemDetail> problem(ProblemException e) {
        return answer(e.problem());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> noMachine(MachineNotFoundException e) {
        return answer(ProblemType.NOT_FOUND.problem("There is no machine " + e.getMessage()
                + ". List those that there are with GET " + ApiPaths.MACHINES + "."));
    }

    /** Of a look at a machine; in an operation, it is a {@link RefusedException}. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> noObject(NoSuchObjectException e) {
        return answer(ProblemType.NOT_FOUND.problem("The machine has no " + e.getMessage()
                + ", or has it no more. List what it has one level up."));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(RefusedException e) {
        var type = switch (e.reason()) {
            case LIMIT_EXCEEDED -> ProblemType.LIMIT_EXCEEDED;
            case NO_SUCH_OBJECT -> ProblemType.NO_SUCH_OBJECT;
            case NOT_SIMULATED -> ProblemType.NOT_SIMULATED;
            case INVALID_OPERATION -> ProblemType.INVALID_OPERATION;
            case SYSTEM_CALL_FAILED -> ProblemType.SYSTEM_CALL_FAILED;
        };
        String message = String.valueOf(e.getMessage());
        return answer(
                type.problem("Nothing was changed: " + (e.field().isEmpty() ? "" : e.field() + ": ") + message + ".",
                        e.field().isEmpty() ? List.of() : List.of(new FieldError(e.field(), message))));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> invalid(InvalidDefinitionException e) {
        return answer(
                ProblemType.INVALID_DEFINITION.problem("Nothing was stored: correct the fields that errors names.",
                        e.errors().stream().map(error -> new FieldError(error.pointer(), "must be " + error.allowed(),
                                error.value(), error.allowed())).toList()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> taken(NameTakenException e) {
        return answer(ProblemType.NAME_TAKEN.problem(String.valueOf(e.getMessage())));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> changed(MachineChangedException e) {
        var problem = ProblemType.MACHINE_CHANGED.problem("Others changed machine " + e.getMessage()
                + " each time when this request was tried. Nothing was stored for it: try again.");
        problem.setProperty("version", e.version());
        return ResponseEntity.status(problem.getStatus()).eTag(ChangedVersion.tag(e.version())).body(problem);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> otherVersion(PreconditionFailedException e) {
        var problem =
                ProblemType.VERSION_MISMATCH.problem("Machine " + e.getMessage() + " is at operation " + e.version()
                        + ". Nothing was stored for this request: look at the machine, and send its ETag.");
        problem.setProperty("version", e.version());
        return ResponseEntity.status(problem.getStatus()).eTag(ChangedVersion.tag(e.version())).body(problem);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> keyReused(KeyReusedException e) {
        return answer(ProblemType.KEY_REUSED.problem("The key " + e.getMessage()
                + " came with another request less than a day ago. Nothing was changed: send a new key."));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> mismatch(JournalMismatchException e) {
        log.error("journal mismatch", e);
        return answer(
                ProblemType.JOURNAL_MISMATCH.problem("Repeating the machine's journal did not give the state that "
                        + "was recorded. Its events and its journal can still be read; make a new machine to go on."));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> failed(ComparisonFailedException e) {
        return answer(ProblemType.COMPARISON_FAILED.problem("Nothing was kept: " + e.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> tooMany(TooManyComparisonsException e) {
        return answer(ProblemType.TOO_MANY_COMPARISONS.problem(String.valueOf(e.getMessage())));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> recording(UnreadableRecordingException e) {
        String message = String.valueOf(e.getMessage());
        return answer(e.place().isEmpty() ? ProblemType.UNREADABLE_RECORDING.problem(message + ".")
                : ProblemType.UNREADABLE_RECORDING.problem(e.place() + ": " + message + ".",
                        List.of(new FieldError(e.place(), message))));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> tooManyRuns(TooManyRunsException e) {
        return answer(ProblemType.TOO_MANY_CONFORMANCE_RUNS.problem(String.valueOf(e.getMessage())));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> script(ScriptException e) {
        return answer(ProblemType.UNREADABLE_SCRIPT.problem("Nothing was changed: " + e.getMessage() + ".",
                List.of(new FieldError("line " + e.line(), e.problem()))));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> anythingElse(Exception e, HttpServletResponse response) throws Exception {
        if (response.isCommitted()) {
            // What was sent must not look whole: thrown on, it breaks the connection.
            throw e;
        }
        if (DatabaseFailure.tookTooLong(e)) {
            return answer(ProblemType.QUESTION_TOO_LONG.problem("Ask about a machine, a comparison or a time; whoever "
                    + "runs the service can allow more with mmulab.history.question-seconds."));
        }
        if (DatabaseFailure.isAway(e)) {
            log.warn("the database does not answer: {}", e.toString());
            return databaseAway();
        }
        log.error("request failed", e);
        return answer(ProblemType.INTERNAL_ERROR.problem(
                "The service failed to answer. Nothing was changed unless a look at the resource says so; the log has more."));
    }

    private static ResponseEntity<ProblemDetail> databaseAway() {
        ProblemDetail problem =
                ProblemType.DATABASE_AWAY.problem("Try again after as many seconds as Retry-After says. "
                        + "A change was stored wholly or not at all: look at what it was to change, or send it again with the "
                        + "Idempotency-Key that it had, which makes it once.");
        return ResponseEntity.status(problem.getStatus()).header(HttpHeaders.RETRY_AFTER, RETRY_AFTER)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON).body(problem);
    }

    @Override
    protected ResponseEntity<Object> handleHttpMessageNotReadable(HttpMessageNotReadableException e,
            HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return reply(JsonProblems.problem(e), headers);
    }

    @Override
    protected ResponseEntity<Object> handleMethodArgumentNotValid(MethodArgumentNotValidException e,
            HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return reply(e.getBindingResult().getFieldErrors().stream()
                .filter(error -> error.contains(TypeMismatchException.class))
                .findFirst()
                .map(error -> ParameterProblems.problem(error.getField(), error.unwrap(TypeMismatchException.class)))
                .orElseGet(() -> invalid(errors(e.getBindingResult()))), headers);
    }

    @Override
    protected ResponseEntity<Object> handleHandlerMethodValidationException(HandlerMethodValidationException e,
            HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        List<FieldError> errors = e.getParameterValidationResults().stream().flatMap(result -> {
            String parameter = String.valueOf(result.getMethodParameter().getParameterName());
            return result instanceof ParameterErrors body
                    ? errors(body).stream()
                    : result.getResolvableErrors().stream()
                            .map(error -> new FieldError(parameter, String.valueOf(error.getDefaultMessage())));
        }).toList();
        return reply(invalid(errors), headers);
    }

    @Override
    protected ResponseEntity<Object> handleTypeMismatch(TypeMismatchException e, HttpHeaders headers,
            HttpStatusCode status, WebRequest request) {
        String parameter = e instanceof MethodArgumentTypeMismatchException argument ? argument.getName()
                : String.valueOf(e.getPropertyName());
        return reply(ParameterProblems.problem(parameter, e), headers);
    }

    /** Spring's own exceptions: right status, our types. */
    @Override
    protected ResponseEntity<Object> handleExceptionInternal(Exception e, @Nullable Object body, HttpHeaders headers,
            HttpStatusCode status, WebRequest request) {
        String detail = body instanceof ProblemDetail problem && problem.getDetail() != null ? problem.getDetail()
                : "The request can't be served.";
        var type = Stream.of(ProblemType.NOT_FOUND, ProblemType.METHOD_NOT_ALLOWED, ProblemType.NOT_ACCEPTABLE,
                ProblemType.TOO_LARGE, ProblemType.UNSUPPORTED_MEDIA_TYPE)
                .filter(candidate -> candidate.problem("").getStatus() == status.value()).findFirst()
                .orElse(status.is5xxServerError() ? ProblemType.INTERNAL_ERROR : ProblemType.BAD_REQUEST);
        if (status.is5xxServerError()) {
            log.error("request failed", e);
        }
        return reply(type.problem(detail), headers);
    }

    private static List<FieldError> errors(Errors found) {
        return found.getFieldErrors().stream()
                .map(error -> new FieldError(error.getField(), String.valueOf(error.getDefaultMessage()))).toList();
    }

    private static ProblemDetail invalid(List<FieldError> errors) {
        return ProblemType.VALIDATION_FAILED.problem("Nothing was changed: correct the values that errors names.",
                errors);
    }

    private static ResponseEntity<ProblemDetail> answer(ProblemDetail problem) {
        return ResponseEntity.status(problem.getStatus()).contentType(MediaType.APPLICATION_PROBLEM_JSON).body(problem);
    }

    private static ResponseEntity<Object> reply(ProblemDetail problem, HttpHeaders headers) {
        return ResponseEntity.status(HttpStatus.valueOf(problem.getStatus())).headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON).body(problem);
    }
}
