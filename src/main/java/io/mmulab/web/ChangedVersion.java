package io.mmulab.web;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

import io.mmulab.lab.Change;

/** Says with each change which version of the machine it made: an ETag to send as If-Match. */
@RestControllerAdvice
class ChangedVersion implements ResponseBodyAdvice<Object> {

    /** The ETag of a machine whose last operation has this number. */
    static String tag(long operations) {
        return "\"" + operations + "\"";
    }

    @Override
    public boolean supports(MethodParameter method, Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public @Nullable Object beforeBodyWrite(@Nullable Object body, MethodParameter method, MediaType type,
            Class<? extends HttpMessageConverter<?>> converter, ServerHttpRequest request,
            ServerHttpResponse response) {
        Long version = Change.current().committed();
        if (version != null && !response.getHeaders().containsHeader("ETag")) {
            response.getHeaders().setETag(tag(version));
        }
        return body;
    }
}
