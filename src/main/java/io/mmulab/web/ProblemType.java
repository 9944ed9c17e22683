package io.mmulab.web;

import java.net.URI;
import java.util.List;
import java.util.Locale;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** The kinds of problem that an answer can have: its {@code type} is the name in kebab-case below {@code /problems/}. */
enum ProblemType {
    /** A parameter or a field has a value that it can't have. */
    VALIDATION_FAILED(HttpStatus.BAD_REQUEST, "The request has invalid values"),
    /** The body is no JSON, or not of the right shape. */
    UNREADABLE_JSON(HttpStatus.BAD_REQUEST, "The request's JSON can't be read"),
    /** The body has a field that is not known. */
    UNKNOWN_FIELD(HttpStatus.BAD_REQUEST, "The request has an unknown field"),
    /** An address or a byte count is not written as one. */
    BAD_NUMBER(HttpStatus.BAD_REQUEST, "An address or byte count is malformed"),
    /** A cursor that this service did not give, or gave for another filter. */
    BAD_CURSOR(HttpStatus.BAD_REQUEST, "The cursor does not belong to this query"),
    /** Nothing is at this address. */
    NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such resource"),
    /** The method is not for this resource. */
    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "The method is not allowed here"),
    /** No representation that the client accepts. */
    NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, "No acceptable representation"),
    /** Somebody else changed the machine. */
    MACHINE_CHANGED(HttpStatus.CONFLICT, "The machine was changed meanwhile"),
    /** The machine is not in the version that If-Match names. */
    VERSION_MISMATCH(HttpStatus.PRECONDITION_FAILED, "The machine is in another version"),
    /** An Idempotency-Key came with another request before. */
    KEY_REUSED(HttpStatus.UNPROCESSABLE_CONTENT, "The idempotency key was used for another request"),
    /** The body is too large. */
    TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "The request is too large"),
    /** The body is of a media type that is not read here. */
    UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The media type is not supported"),
    /** A limit of this service is exceeded. */
    LIMIT_EXCEEDED(HttpStatus.UNPROCESSABLE_CONTENT, "A limit is exceeded"),
    /** The request names something that is not there. */
    NO_SUCH_OBJECT(HttpStatus.UNPROCESSABLE_CONTENT, "The request names what is not there"),
    /** Linux does it, this service does not do it yet. */
    NOT_SIMULATED(HttpStatus.UNPROCESSABLE_CONTENT, "This is not simulated"),
    /** The operation makes no sense. */
    INVALID_OPERATION(HttpStatus.UNPROCESSABLE_CONTENT, "The operation is invalid"),
    /** An architecture, a kernel design or costs that can't be. */
    INVALID_DEFINITION(HttpStatus.UNPROCESSABLE_CONTENT, "The definition is invalid"),
    /** A preset or another definition has this name. */
    NAME_TAKEN(HttpStatus.CONFLICT, "The name is taken"),
    /** The simulated kernel refused. */
    SYSTEM_CALL_FAILED(HttpStatus.UNPROCESSABLE_CONTENT, "The system call failed"),
    /** The request can't be served for another reason that is the client's. */
    BAD_REQUEST(HttpStatus.BAD_REQUEST, "The request can't be served"),
    /** A machine is not what its journal says. */
    JOURNAL_MISMATCH(HttpStatus.INTERNAL_SERVER_ERROR, "The machine differs from its journal"),
    /** A comparison came to an end before its table: a trace that can't be read, an operation that can't be done. */
    COMPARISON_FAILED(HttpStatus.UNPROCESSABLE_CONTENT, "The comparison could not be finished"),
    /** It has ended and can't be cancelled. */
    NOT_RUNNING(HttpStatus.CONFLICT, "The comparison is not running"),
    /** Too many wait for their turn. */
    TOO_MANY_COMPARISONS(HttpStatus.TOO_MANY_REQUESTS, "Too many comparisons are waiting"),
    /** So many follow events that another one is refused. */
    TOO_MANY_STREAMS(HttpStatus.TOO_MANY_REQUESTS, "Too many clients follow events"),
    /** A recording, or an archive of recordings, is not what it should be. */
    UNREADABLE_RECORDING(HttpStatus.BAD_REQUEST, "The recording can't be read"),
    /** A script has a line that is no operation. */
    UNREADABLE_SCRIPT(HttpStatus.BAD_REQUEST, "The script can't be read"),
    /** Too many are at it. */
    TOO_MANY_CONFORMANCE_RUNS(HttpStatus.TOO_MANY_REQUESTS, "Too many recordings are being compared"),
    /** A question about events would keep the database busy for too long. */
    QUESTION_TOO_LONG(HttpStatus.UNPROCESSABLE_CONTENT, "The answer takes too long to find"),
    /** The database can't be reached, or has no connection left. */
    DATABASE_AWAY(HttpStatus.SERVICE_UNAVAILABLE, "The database does not answer"),
    /** A fault of this service. */
    INTERNAL_ERROR(HttpStatus.INTERNAL_SERVER_ERROR, "Something went wrong here");

    private final HttpStatus status;
    private final String title;

    ProblemType(HttpStatus status, String title) {
        this.status = status;
        this.title = title;
    }

    ProblemDetail problem(String detail) {
        var problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create("/problems/" + name().toLowerCase(Locale.ROOT).replace('_', '-')));
        problem.setTitle(title);
        return problem;
    }

    ProblemDetail problem(String detail, List<FieldError> errors) {
        var problem = problem(detail);
        if (!errors.isEmpty()) {
            problem.setProperty("errors", errors);
        }
        return problem;
    }
}
