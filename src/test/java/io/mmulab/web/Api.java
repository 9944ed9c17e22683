package io.mmulab.web;

import java.util.Objects;

import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.BodyContentSpec;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A user with curl. */
record Api(RestTestClient http) {
    private static final String MACHINES = "/api/v1/machines";
    private static final JsonMapper JSON = new JsonMapper();

    /** Path of a new machine. */
    String machine(String body) {
        var headers = post(MACHINES, body).expectStatus().isCreated().expectBody().returnResult().getResponseHeaders();
        return Objects.requireNonNull(headers.getLocation()).getPath();
    }

    static String id(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    ResponseSpec post(String path, String body) {
        return http.post().uri(path).contentType(MediaType.APPLICATION_JSON).body(body).exchange();
    }

    BodyContentSpec posted(String path, String body) {
        return post(path, body).expectStatus().is2xxSuccessful().expectBody();
    }

    BodyContentSpec got(String path) {
        return http.get().uri(path).exchange().expectStatus().isOk().expectBody();
    }

    JsonNode json(String path) {
        return JSON.readTree(Objects.requireNonNull(got(path).returnResult().getResponseBody()));
    }
}
