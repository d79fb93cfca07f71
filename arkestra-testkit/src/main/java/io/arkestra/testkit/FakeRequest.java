package io.arkestra.testkit;

import io.arkestra.common.Json;
import java.util.Map;
import java.util.Optional;

/**
 * A request that a {@link FakeLlmServer} has received.
 *
 * @param method the method in upper case
 * @param path the path without query
 * @param headers the headers, names in lower case; of repeated ones the first
 * @param body the body as text; empty when there was none
 */
public record FakeRequest(String method, String path, Map<String, String> headers, String body) {
    public FakeRequest {
        headers = Map.copyOf(headers);
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** @throws io.arkestra.common.InvalidInputException when the body is no JSON */
    public Json json() {
        return Json.parse(body);
    }

    boolean streams() {
        return json().bool("stream").orElse(false);
    }
}
