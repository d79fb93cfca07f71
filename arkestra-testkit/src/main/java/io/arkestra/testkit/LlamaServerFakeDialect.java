package io.arkestra.testkit;

import io.arkestra.common.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** llama-server, build 10573: the OpenAI dialect with its own endpoints, timings and errors. A token is a byte of UTF-8. */
final class LlamaServerFakeDialect extends OpenAiFakeDialect {
    private final int contextTokens;
    private final AtomicInteger loading = new AtomicInteger();

    LlamaServerFakeDialect(String model, int contextTokens) {
        super(model);
        this.contextTokens = contextTokens;
    }

    /** The next so many questions about its health find it loading. */
    void loadingFor(int questions) {
        loading.set(questions);
    }

    @Override
    public boolean asks(FakeRequest request) {
        return super.asks(request)
                || request.method().equals("POST") && request.path().equals("/completion");
    }

    @Override
    public FakeReply answer(FakeRequest request, FakeAnswer answer) {
        return request.path().equals("/completion") ? completion(request, answer) : super.answer(request, answer);
    }

    @Override
    String wire(String toolName) {
        return toolName;
    }

    @Override
    Json withTimings(Json body, FakeAnswer answer) {
        return body.with("timings", timings(answer)).with("system_fingerprint", Json.of("b10573-fake"));
    }

    private static Json timings(FakeAnswer answer) {
        return Json.object()
                .put("cache_n", answer.cachedTokens())
                .put("prompt_n", answer.promptTokens() - answer.cachedTokens())
                .put("prompt_ms", 12.5)
                .put("predicted_n", answer.completionTokens())
                .put("predicted_ms", 40.25)
                .build();
    }

    private FakeReply completion(FakeRequest request, FakeAnswer answer) {
        Json end = Json.object()
                .put("content", request.streams() ? "" : answer.text())
                .put("stop", true)
                .put("stop_type", answer.finish().equals("length") ? "limit" : "eos")
                .put("tokens_cached", answer.cachedTokens())
                .put("tokens_evaluated", answer.promptTokens())
                .put("truncated", false)
                .put("id_slot", request.json().integer("id_slot").orElse(0L))
                .put("timings", timings(answer))
                .build();
        if (!request.streams()) {
            return FakeReply.json(200, end);
        }
        FakeReply reply = answer.stream(FakeReply.events());
        for (String piece : answer.pieces()) {
            answer.permits().ifPresent(reply::await);
            reply.event(Json.object().put("content", piece).put("stop", false).build());
        }
        return answer.ending().map(ending -> ending.apply(reply)).orElseGet(() -> reply.event(end));
    }

    @Override
    public Optional<FakeReply> other(FakeRequest request) {
        return switch (request.method() + " " + request.path()) {
            case "GET /health" -> Optional.of(health());
            case "GET /props" -> Optional.of(FakeReply.json(200, props()));
            case "POST /tokenize" ->
                Optional.of(FakeReply.json(
                        200,
                        Json.object()
                                .put("tokens", tokens(request.json().text("content")))
                                .build()));
            case "POST /apply-template" ->
                Optional.of(FakeReply.json(
                        200,
                        Json.object().put("prompt", rendered(request.json())).build()));
            case "POST /v1/chat/completions/input_tokens" ->
                Optional.of(FakeReply.json(
                        200,
                        Json.object()
                                .put("input_tokens", bytes(rendered(request.json())).length)
                                .build()));
            case "POST /v1/rerank" -> Optional.of(FakeReply.json(200, rerank(request.json())));
            default -> super.other(request);
        };
    }

    private FakeReply health() {
        if (loading.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            return FakeReply.error(503, "unavailable_error", "Loading model");
        }
        return FakeReply.json(200, Json.object().put("status", "ok").build());
    }

    private Json props() {
        return Json.object()
                .put("total_slots", 2)
                .put(
                        "default_generation_settings",
                        Json.object().put("n_ctx", contextTokens).build())
                .put("chat_template", "{{ messages }}")
                .put(
                        "chat_template_caps",
                        Json.object()
                                .put("supports_tools", true)
                                .put("supports_tool_calls", true)
                                .put("supports_parallel_tool_calls", true)
                                .put("supports_system_role", true)
                                .put("supports_preserve_reasoning", true)
                                .build())
                .put(
                        "modalities",
                        Json.object().put("vision", false).put("audio", false).build())
                .put("model_path", model() + ".gguf")
                .put("build_info", "b10573-fake")
                .put("is_sleeping", false)
                .build();
    }

    @Override
    Json models() {
        Json meta = Json.object()
                .put("n_ctx", contextTokens)
                .put("n_ctx_train", contextTokens)
                .put("n_vocab", 259)
                .build();
        Json entry = super.models().list("data").get(0).with("meta", meta);
        return super.models().with("data", Json.array(entry));
    }

    private static Json tokens(String text) {
        List<Json> tokens = new ArrayList<>();
        for (byte each : bytes(text)) {
            tokens.add(Json.of(3 + (each & 0xff)));
        }
        return Json.array(tokens);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String rendered(Json body) {
        StringBuilder prompt = new StringBuilder();
        for (Json message : body.list("messages")) {
            prompt.append("<|im_start|>")
                    .append(message.text("role"))
                    .append('\n')
                    .append(message.string("content").orElse(""))
                    .append("<|im_end|>\n");
        }
        return prompt.append("<|im_start|>assistant\n").toString();
    }

    /** Scores a document by how many characters of the question's words it has. */
    private static Json rerank(Json body) {
        List<Json> documents = body.list("documents");
        List<Json> results = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            double score = -10;
            for (String word : body.text("query").split("\\s+")) {
                score += documents.get(i).asString().contains(word) ? word.length() : 0;
            }
            results.add(
                    Json.object().put("index", i).put("relevance_score", score).build());
        }
        results.sort(Comparator.comparingDouble(
                result -> -result.decimal("relevance_score").orElseThrow().doubleValue()));
        long limit = body.integer("top_n").orElse((long) results.size());
        return Json.object()
                .put("results", Json.array(results.stream().limit(limit).toList()))
                .build();
    }

    @Override
    public boolean guarded(FakeRequest request) {
        return !request.path().equals("/health");
    }

    @Override
    public FakeReply wrongKey() {
        return FakeReply.error(401, "authentication_error", "Invalid API Key");
    }

    @Override
    public FakeReply unknownPath(FakeRequest request) {
        return FakeReply.error(404, "not_found_error", "File Not Found");
    }

    @Override
    public FakeReply malformedBody(String problem) {
        return FakeReply.error(500, "server_error", "[json.exception.parse_error.101] parse error: " + problem);
    }
}
