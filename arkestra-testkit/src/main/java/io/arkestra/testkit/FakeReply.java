package io.arkestra.testkit;

import io.arkestra.common.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * One HTTP answer of a {@link FakeLlmServer}, byte for byte and step by step: pieces, pauses, a hang, a cut. A reply with pauses or events
 * has a chunked body, so its length is not known ahead. Built by one thread and then left alone; may be sent many times.
 */
public final class FakeReply {
    /** A step of a reply; what a connection does with it is its own business. */
    interface Step {}

    record Write(byte[] bytes) implements Step {}

    record Await(Semaphore permits) implements Step {}

    record Hang() implements Step {}

    record Cut() implements Step {}

    private final int status;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final List<Step> beforeHeaders = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private String lineEnd = "\n";
    private int chunkBytes = Integer.MAX_VALUE;

    private FakeReply(int status) {
        this.status = status;
    }

    public static FakeReply status(int status) {
        return new FakeReply(status);
    }

    /** A whole JSON body. */
    public static FakeReply json(int status, Json body) {
        return text(status, "application/json; charset=utf-8", body.toString());
    }

    /** A whole body. */
    public static FakeReply text(int status, String contentType, String body) {
        return status(status).header("Content-Type", contentType).write(body);
    }

    /** An error in the form of the OpenAI dialect. */
    public static FakeReply error(int status, String type, String message) {
        return json(status, errorBody(status, type, message));
    }

    static Json errorBody(int code, String type, String message) {
        return Json.object()
                .put(
                        "error",
                        Json.object()
                                .put("message", message)
                                .put("type", type)
                                .put("code", code)
                                .build())
                .build();
    }

    /** A stream of events, to which they are added. */
    public static FakeReply events() {
        return status(200).header("Content-Type", "text/event-stream");
    }

    /** A stream of JSON documents, one per line, to which they are added. */
    public static FakeReply lines() {
        return status(200).header("Content-Type", "application/x-ndjson");
    }

    public FakeReply header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    public FakeReply write(String text) {
        return write(text.getBytes(StandardCharsets.UTF_8));
    }

    public FakeReply write(byte[] bytes) {
        steps.add(new Write(bytes.clone()));
        return this;
    }

    /** Lines of the events that follow end so. */
    public FakeReply lineEnd(String value) {
        lineEnd = value;
        return this;
    }

    /** Cuts what is written into parts of so many bytes, each sent by itself, wherever a character ends. */
    public FakeReply chunkBytes(int value) {
        chunkBytes = value;
        return this;
    }

    /** A document in a line of its own. */
    public FakeReply line(Json data) {
        return write(data + lineEnd);
    }

    public FakeReply event(Json data) {
        return event(data.toString());
    }

    /** An event; a text of several lines becomes as many data lines. */
    public FakeReply event(String data) {
        StringBuilder block = new StringBuilder();
        for (String line : data.split("\n", -1)) {
            block.append("data: ").append(line).append(lineEnd);
        }
        return write(block.append(lineEnd).toString());
    }

    public FakeReply comment(String text) {
        return write(": " + text + lineEnd + lineEnd);
    }

    /** The event that ends a stream. */
    public FakeReply done() {
        return event("[DONE]");
    }

    /** Waits for a permit. */
    public FakeReply await(Semaphore permits) {
        steps.add(new Await(permits));
        return this;
    }

    /** Sends nothing more and does not end, until the client goes away. */
    public FakeReply hang() {
        steps.add(new Hang());
        return this;
    }

    /** Breaks the connection off in the middle of the body. */
    public FakeReply cut() {
        steps.add(new Cut());
        return this;
    }

    /** Waits for a permit before the first byte of the answer. */
    public FakeReply awaitBeforeHeaders(Semaphore permits) {
        beforeHeaders.add(new Await(permits));
        return this;
    }

    /** Never sends a byte. */
    public FakeReply hangBeforeHeaders() {
        beforeHeaders.add(new Hang());
        return this;
    }

    /** Breaks the connection off before the first byte. */
    public FakeReply cutBeforeHeaders() {
        beforeHeaders.add(new Cut());
        return this;
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    List<Step> beforeHeaders() {
        return beforeHeaders;
    }

    List<Step> steps() {
        return steps;
    }

    int chunkBytes() {
        return chunkBytes;
    }

    /** Whether the body is known at once, so that its length can be told. */
    boolean whole() {
        String type = headers.getOrDefault("Content-Type", "");
        return chunkBytes == Integer.MAX_VALUE
                && !type.startsWith("text/event-stream")
                && !type.startsWith("application/x-ndjson")
                && steps.stream().allMatch(step -> step instanceof Write);
    }
}
