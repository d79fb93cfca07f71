package io.arkestra.testkit;

import io.arkestra.common.Json;
import io.arkestra.llm.LlmToolCall;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Chat completions as OpenAI documents them. */
class OpenAiFakeDialect implements FakeDialect {
    private final String model;

    OpenAiFakeDialect(String model) {
        this.model = model;
    }

    @Override
    public boolean asks(FakeRequest request) {
        return request.method().equals("POST") && request.path().equals("/v1/chat/completions");
    }

    @Override
    public FakeReply answer(FakeRequest request, FakeAnswer answer) {
        return request.streams() ? streamed(request, answer) : whole(answer);
    }

    private FakeReply whole(FakeAnswer answer) {
        Json.ObjectBuilder message = Json.object()
                .put("role", "assistant")
                .put("content", answer.toolCalls().isEmpty() ? Json.of(answer.text()) : Json.NULL);
        if (!answer.thinking().isEmpty()) {
            message.put("reasoning_content", answer.thinking());
        }
        if (!answer.toolCalls().isEmpty()) {
            List<Json> calls = new ArrayList<>();
            for (LlmToolCall call : answer.toolCalls()) {
                calls.add(call(call, wire(call.name()), call.arguments()).build());
            }
            message.put("tool_calls", Json.array(calls));
        }
        Json choice = Json.object()
                .put("index", 0)
                .put("message", message.build())
                .put("finish_reason", answer.finish())
                .build();
        Json body = envelope("chat.completion", List.of(choice))
                .put("usage", usage(answer))
                .build();
        FakeReply reply = FakeReply.status(200).header("Content-Type", "application/json");
        answer.permits().ifPresent(permits -> answer.pieces().forEach(piece -> reply.awaitBeforeHeaders(permits)));
        if (answer.ending().isPresent()) {
            return answer.ending().get().apply(reply.write("{\"object\":"));
        }
        return reply.write(withTimings(body, answer).toString());
    }

    private FakeReply streamed(FakeRequest request, FakeAnswer answer) {
        FakeReply reply = answer.stream(FakeReply.events());
        reply.event(chunk(
                Json.object().put("role", "assistant").put("content", Json.NULL).build(), Json.NULL));
        if (!answer.thinking().isEmpty()) {
            int middle = answer.thinking().length() / 2;
            reply.event(delta("reasoning_content", answer.thinking().substring(0, middle)));
            reply.event(delta("reasoning_content", answer.thinking().substring(middle)));
        }
        for (String piece : answer.pieces()) {
            answer.permits().ifPresent(reply::await);
            reply.event(delta("content", piece));
        }
        for (int i = 0; i < answer.toolCalls().size(); i++) {
            streamCall(reply, i, answer.toolCalls().get(i));
        }
        if (answer.ending().isPresent()) {
            return answer.ending().get().apply(reply);
        }
        reply.event(chunk(Json.emptyObject(), Json.of(answer.finish())));
        if (request.json().at("/stream_options/include_usage").equals(Optional.of(Json.TRUE))) {
            Json last = envelope("chat.completion.chunk", List.of())
                    .put("usage", usage(answer))
                    .build();
            reply.event(withTimings(last, answer));
        }
        return reply.done();
    }

    private void streamCall(FakeReply reply, int index, LlmToolCall call) {
        int middle = call.arguments().length() / 2;
        Json first = call(call, wire(call.name()), call.arguments().substring(0, 1))
                .put("index", index)
                .build();
        reply.event(toolDelta(first));
        for (String piece : List.of(
                call.arguments().substring(1, Math.max(1, middle)),
                call.arguments().substring(Math.max(1, middle)))) {
            reply.event(toolDelta(Json.object()
                    .put("index", index)
                    .put("function", Json.object().put("arguments", piece).build())
                    .build()));
        }
    }

    /** OpenAI allows letters, digits, dashes and underscores in the names of tools. */
    String wire(String toolName) {
        return toolName.replace(".", "__");
    }

    private static Json.ObjectBuilder call(LlmToolCall call, String name, String arguments) {
        return Json.object()
                .put("id", call.id())
                .put("type", "function")
                .put(
                        "function",
                        Json.object()
                                .put("name", name)
                                .put("arguments", arguments)
                                .build());
    }

    private Json toolDelta(Json call) {
        return chunk(Json.object().put("tool_calls", Json.array(call)).build(), Json.NULL);
    }

    private Json delta(String member, String text) {
        return chunk(Json.object().put(member, text).build(), Json.NULL);
    }

    private Json chunk(Json delta, Json finish) {
        Json choice = Json.object()
                .put("index", 0)
                .put("delta", delta)
                .put("finish_reason", finish)
                .build();
        return envelope("chat.completion.chunk", List.of(choice)).build();
    }

    private Json.ObjectBuilder envelope(String object, Collection<Json> choices) {
        return Json.object()
                .put("id", "chatcmpl-1")
                .put("object", object)
                .put("created", 1_767_225_600)
                .put("model", model)
                .put("choices", Json.array(choices));
    }

    private static Json usage(FakeAnswer answer) {
        return Json.object()
                .put("prompt_tokens", answer.promptTokens())
                .put("completion_tokens", answer.completionTokens())
                .put("total_tokens", answer.promptTokens() + answer.completionTokens())
                .put(
                        "prompt_tokens_details",
                        Json.object()
                                .put("cached_tokens", answer.cachedTokens())
                                .build())
                .put(
                        "completion_tokens_details",
                        Json.object()
                                .put("reasoning_tokens", answer.reasoningTokens())
                                .build())
                .build();
    }

    /** The body with what this kind of server adds about times. */
    Json withTimings(Json body, FakeAnswer answer) {
        return body;
    }

    @Override
    public Optional<FakeReply> other(FakeRequest request) {
        return switch (request.method() + " " + request.path()) {
            case "GET /v1/models" -> Optional.of(FakeReply.json(200, models()));
            case "POST /v1/embeddings" -> Optional.of(FakeReply.json(200, embeddings(request.json())));
            default -> Optional.empty();
        };
    }

    Json models() {
        Json entry = Json.object().put("id", model).put("object", "model").build();
        return Json.object()
                .put("object", "list")
                .put("data", Json.array(entry))
                .build();
    }

    /** A vector of length 1 per text, made of its length and its first character, so that a test can tell them apart. */
    private Json embeddings(Json body) {
        Json input = body.get("input").orElse(Json.emptyArray());
        List<Json> texts = input.isString() ? List.of(input) : input.items();
        List<Json> data = new ArrayList<>();
        long tokens = 0;
        for (int i = texts.size() - 1; i >= 0; i--) {
            String text = texts.get(i).asString();
            tokens += text.length();
            data.add(Json.object()
                    .put("object", "embedding")
                    .put("index", i)
                    .put("embedding", vector(text))
                    .build());
        }
        return Json.object()
                .put("object", "list")
                .put("model", model)
                .put("data", Json.array(data))
                .put("usage", Json.object().put("prompt_tokens", tokens).build())
                .build();
    }

    static Json vector(String text) {
        double angle = text.isEmpty() ? 0 : text.length() + text.charAt(0) / 100.0;
        return Json.array(Json.of(Math.cos(angle)), Json.of(Math.sin(angle)));
    }

    final String model() {
        return model;
    }

    @Override
    public FakeReply wrongKey() {
        return FakeReply.error(401, "invalid_request_error", "Incorrect API key provided.");
    }

    @Override
    public FakeReply unknownPath(FakeRequest request) {
        return FakeReply.error(404, "invalid_request_error", "Unknown request URL: " + request.path());
    }

    @Override
    public FakeReply malformedBody(String problem) {
        return FakeReply.error(400, "invalid_request_error", "We could not parse the JSON body of your request.");
    }
}
