package io.arkestra.testkit;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Ollama's own API as its documentation and the client of LangChain4j define it; nothing of it was observed of a real one. A token of a prompt
 * is four characters of its messages.
 */
final class OllamaFakeDialect implements FakeDialect {
    private static final long STANDARD_CONTEXT = 4_096;
    private static final String CREATED = "2026-02-10T12:00:00.123456789Z";

    private final String model;
    private final OllamaFakePulls pulls = new OllamaFakePulls();
    private volatile boolean truncatesAlways;

    OllamaFakeDialect(String model) {
        this.model = model;
    }

    OllamaFakePulls pulls() {
        return pulls;
    }

    /** As servers before the members {@code truncate} and {@code shift} of a chat. */
    void truncateAlways() {
        truncatesAlways = true;
    }

    @Override
    public boolean asks(FakeRequest request) {
        return request.method().equals("POST") && request.path().equals("/api/chat");
    }

    @Override
    public FakeReply answer(FakeRequest request, FakeAnswer answer) {
        Json body = request.json();
        String wanted = body.text("model");
        if (!known(wanted)) {
            return missing(wanted);
        }
        long prompt = promptTokens(body);
        long context = body.at("/options/num_ctx").map(Json::asLong).orElse(STANDARD_CONTEXT);
        if (prompt <= context) {
            return answer(body, answer, answer.promptTokens());
        }
        boolean refuses = !truncatesAlways && body.bool("truncate").equals(Optional.of(false));
        return refuses
                ? error(400, "the input length exceeds the context length")
                : answer(body, answer, context / 2 + 2);
    }

    private FakeReply answer(Json body, FakeAnswer answer, long promptTokens) {
        // Left out means yes.
        return body.bool("stream").orElse(true) ? streamed(answer, promptTokens) : whole(answer, promptTokens);
    }

    private static long promptTokens(Json body) {
        long chars = 0;
        for (Json message : body.list("messages")) {
            chars += message.string("content").orElse("").length();
        }
        return chars / 4;
    }

    private FakeReply streamed(FakeAnswer answer, long promptTokens) {
        FakeReply reply = answer.stream(FakeReply.lines());
        if (!answer.thinking().isEmpty()) {
            int middle = answer.thinking().length() / 2;
            reply.line(piece(message("").put("thinking", answer.thinking().substring(0, middle))));
            reply.line(piece(message("").put("thinking", answer.thinking().substring(middle))));
        }
        for (String piece : answer.pieces()) {
            answer.permits().ifPresent(reply::await);
            reply.line(piece(message(piece)));
        }
        for (Json call : calls(answer)) {
            reply.line(piece(message("").put("tool_calls", Json.array(call))));
        }
        return answer.ending()
                .map(ending -> ending.apply(reply))
                .orElseGet(() -> reply.line(end(message(""), answer, promptTokens)));
    }

    private FakeReply whole(FakeAnswer answer, long promptTokens) {
        Json.ObjectBuilder message = message(answer.text());
        if (!answer.thinking().isEmpty()) {
            message.put("thinking", answer.thinking());
        }
        if (!answer.toolCalls().isEmpty()) {
            message.put("tool_calls", Json.array(calls(answer)));
        }
        FakeReply reply = FakeReply.status(200).header("Content-Type", "application/json; charset=utf-8");
        answer.permits().ifPresent(permits -> answer.pieces().forEach(piece -> reply.awaitBeforeHeaders(permits)));
        return answer.ending()
                .map(ending -> ending.apply(reply.write("{\"model\":")))
                .orElseGet(() -> reply.write(end(message, answer, promptTokens).toString()));
    }

    private static Json.ObjectBuilder message(String content) {
        return Json.object().put("role", "assistant").put("content", content);
    }

    private Json piece(Json.ObjectBuilder message) {
        return envelope(message, false).build();
    }

    private Json end(Json.ObjectBuilder message, FakeAnswer answer, long promptTokens) {
        // Ollama has no reason of its own for tool calls.
        String reason = answer.finish().equals("tool_calls") ? "stop" : answer.finish();
        return envelope(message, true)
                .put("done_reason", reason)
                .put("total_duration", 60_000_000)
                .put("load_duration", 5_000_000)
                .put("prompt_eval_count", promptTokens)
                .put("prompt_eval_duration", 12_500_000)
                .put("eval_count", answer.completionTokens())
                .put("eval_duration", 40_250_000)
                .build();
    }

    private Json.ObjectBuilder envelope(Json.ObjectBuilder message, boolean done) {
        return Json.object()
                .put("model", model)
                .put("created_at", CREATED)
                .put("message", message.build())
                .put("done", done);
    }

    private static List<Json> calls(FakeAnswer answer) {
        List<Json> calls = new ArrayList<>();
        for (LlmToolCall call : answer.toolCalls()) {
            Json function = Json.object()
                    .put("index", calls.size())
                    .put("name", call.name().replace(".", "__"))
                    .put("arguments", Json.parse(call.arguments()))
                    .build();
            calls.add(
                    Json.object().put("id", call.id()).put("function", function).build());
        }
        return calls;
    }

    @Override
    public Optional<FakeReply> other(FakeRequest request) {
        return switch (request.method() + " " + request.path()) {
            case "GET /api/version" ->
                Optional.of(FakeReply.json(
                        200, Json.object().put("version", "0.12.6").build()));
            case "GET /api/tags" -> Optional.of(FakeReply.json(200, tags()));
            case "GET /api/ps" ->
                Optional.of(FakeReply.json(
                        200, Json.object().put("models", Json.emptyArray()).build()));
            case "POST /api/show" -> Optional.of(show(request.json().text("model")));
            case "POST /api/embed" -> Optional.of(embed(request.json()));
            case "POST /api/pull" -> Optional.of(pulls.reply(request.json()));
            default -> Optional.empty();
        };
    }

    private boolean known(String name) {
        return tagged(name).equals(tagged(model)) || pulls.present(tagged(name));
    }

    static String tagged(String name) {
        return name.contains(":") ? name : name + ":latest";
    }

    private static FakeReply missing(String name) {
        return error(404, "model '" + name + "' not found");
    }

    static FakeReply error(int status, String message) {
        return FakeReply.json(status, Json.object().put("error", message).build());
    }

    private Json tags() {
        List<Json> models = new ArrayList<>();
        models.add(tag(tagged(model), 2_600_000_000L));
        pulls.present().forEach((name, bytes) -> models.add(tag(name, bytes)));
        return Json.object().put("models", Json.array(models)).build();
    }

    private static Json tag(String name, long bytes) {
        return Json.object()
                .put("name", name)
                .put("model", name)
                .put("modified_at", CREATED)
                .put("size", bytes)
                .put("digest", "ab".repeat(32))
                .put("details", details())
                .build();
    }

    private static Json details() {
        return Json.object()
                .put("format", "gguf")
                .put("family", "qwen3")
                .put("parameter_size", "4.0B")
                .put("quantization_level", "Q4_K_M")
                .build();
    }

    private FakeReply show(String name) {
        if (!known(name)) {
            return missing(name);
        }
        Json info = Json.object()
                .put("general.architecture", "qwen3")
                .put("qwen3.context_length", 40_960)
                .build();
        return FakeReply.json(
                200,
                Json.object()
                        .put("parameters", "temperature 0.6")
                        .put("template", "{{ .Prompt }}")
                        .put("details", details())
                        .put("model_info", info)
                        .put("capabilities", Json.strings(List.of("completion", "tools", "thinking")))
                        .build());
    }

    private FakeReply embed(Json body) {
        if (!known(body.text("model"))) {
            return missing(body.text("model"));
        }
        Json input = body.get("input").orElse(Json.emptyArray());
        List<Json> vectors = (input.isString() ? List.of(input) : input.items())
                .stream().map(text -> OpenAiFakeDialect.vector(text.asString())).toList();
        return FakeReply.json(
                200,
                Json.object()
                        .put("model", model)
                        .put("embeddings", Json.array(vectors))
                        .put("total_duration", 14_000_000)
                        .put("load_duration", 1_000_000)
                        .put("prompt_eval_count", 8)
                        .build());
    }

    @Override
    public FakeReply wrongKey() {
        return error(401, "unauthorized");
    }

    @Override
    public FakeReply unknownPath(FakeRequest request) {
        return FakeReply.text(404, "text/plain", "404 page not found");
    }

    @Override
    public FakeReply malformedBody(String problem) {
        return error(400, problem);
    }

    /** Reads a name; a request without one is as malformed as one that is no JSON. */
    static String name(Json body) {
        return body.string("model")
                .or(() -> body.string("name"))
                .orElseThrow(() -> new InvalidInputException("missing request body"));
    }
}
