package io.mmulab.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

import io.mmulab.lab.Change;

/** Reads If-Match and Idempotency-Key of changes of machines. */
@Component
class ChangeFilter extends OncePerRequestFilter {
    static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    static final String IF_MATCH = "If-Match";
    private static final Pattern TAG = Pattern.compile("\"(\\d{1,18})\"");
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,100}");
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
    /** As much as a JSON body may have. */
    private static final int MOST = 1 << 24;

    private final HandlerExceptionResolver problems;

    ChangeFilter(@Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems) {
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return READING.contains(request.getMethod()) || !request.getRequestURI().startsWith(ApiPaths.MACHINES);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        HttpServletRequest readable = request;
        Change change;
        try {
            String key = key(request.getHeader(IDEMPOTENCY_KEY));
            byte[] body = key == null ? new byte[0] : body(request);
            readable = key == null ? request : new Repeatable(request, body);
            change = new Change(version(request.getHeader(IF_MATCH)), key, key == null ? null : hash(request, body));
        } catch (ProblemException e) {
            problems.resolveException(request, response, null, e);
            return;
        }
        pass(change, readable, response, chain);
    }

    private static void pass(Change change, HttpServletRequest request, HttpServletResponse response,
            FilterChain chain) throws ServletException, IOException {
        try {
            change.during(() -> {
                chain.doFilter(request, response);
                return true;
            });
        } catch (ServletException | IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ServletException(e);
        }
    }

    private static @Nullable Long version(@Nullable String header) {
        if (header == null || header.strip().equals("*")) {
            return null;
        }
        Matcher tag = TAG.matcher(header.strip());
        if (!tag.matches()) {
            throw ProblemException.aboutField(ProblemType.VALIDATION_FAILED,
                    "Send the ETag of the machine, such as \"17\", or *.", IF_MATCH, "is not an ETag of a machine");
        }
        return Long.valueOf(tag.group(1));
    }

    private static @Nullable String key(@Nullable String header) {
        if (header != null && !KEY.matcher(header).matches()) {
            throw ProblemException.aboutField(ProblemType.VALIDATION_FAILED,
                    "Send a key of 1 to 100 printable characters, such as a UUID.", IDEMPOTENCY_KEY,
                    "must have 1 to 100 printable ASCII characters without spaces");
        }
        return header;
    }

    private static byte[] body(HttpServletRequest request) throws IOException {
        byte[] body = request.getInputStream().readNBytes(MOST + 1);
        if (body.length > MOST) {
            throw ProblemException.of(ProblemType.TOO_LARGE,
                    "A request with an " + IDEMPOTENCY_KEY + " has at most " + MOST + " bytes.");
        }
        return body;
    }

    private static String hash(HttpServletRequest request, byte[] body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((request.getMethod() + " " + request.getRequestURI() + "?" + request.getQueryString() + "\n"
                    + request.getContentType() + "\n").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A request whose body was read already. */
    private static final class Repeatable extends HttpServletRequestWrapper {
        private final byte[] body;

        Repeatable(HttpServletRequest request, byte[] body) {
            super(request);
            this.body = body;
        }

        @Override
        public ServletInputStream getInputStream() {
            return new Bytes(body);
        }
    }

    /** Bytes as a request's body. */
    private static final class Bytes extends ServletInputStream {
        private final ByteArrayInputStream in;

        Bytes(byte[] bytes) {
            in = new ByteArrayInputStream(bytes);
        }

        @Override
        public int read() {
            return in.read();
        }

        @Override
        public int read(byte[] to, int from, int length) {
            return in.read(to, from, length);
        }

        @Override
        public boolean isFinished() {
            return in.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new UnsupportedOperationException("requests are read by blocking");
        }
    }
}
