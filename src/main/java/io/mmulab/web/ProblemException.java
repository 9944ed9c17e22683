package io.mmulab.web;

import java.util.List;

import org.springframework.http.ProblemDetail;

/** A problem that a controller found. */
final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ProblemDetail problem;

    private ProblemException(ProblemDetail problem) {
        super(problem.getDetail());
        this.problem = problem;
    }

    static ProblemException of(ProblemType type, String detail) {
        return new ProblemException(type.problem(detail));
    }

    static ProblemException aboutField(ProblemType type, String detail, String field, String message) {
        return new ProblemException(type.problem(detail, List.of(new FieldError(field, message))));
    }

    static ProblemException withErrno(String errno, String detail) {
        var problem = ProblemType.SYSTEM_CALL_FAILED.problem(detail);
        problem.setProperty("errno", errno);
        return new ProblemException(problem);
    }

    ProblemDetail problem() {
        return problem;
    }
}
