package io.arkestra.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.llm.FinishReason;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputQuality;
import io.arkestra.llm.Timings;
import io.arkestra.llm.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts an answer together from its pieces, or from the whole, and lets the listener hear it. Confined to one thread. */
final class ChatAnswer {
    /** A tool call so far. */
    private static final class Call {
        private final int index;
        private String id = "";
        private String name = "";
        private final StringBuilder arguments = new StringBuilder();

        private Call(int index) {
            this.index = index;
        }
    }

    private final OpenAiDialect dialect;
    private final ChatBody request;
    private final LlmListener listener;
    private final Runnable beforePiece;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder thinking = new StringBuilder();
    private final Map<Integer, Call> calls = new LinkedHashMap<>();
    private int lastWireIndex = -1;
    private String model = "";
    private @Nullable String finish;
    private boolean refused;
    private Usage usage = Usage.NONE;
    private @Nullable JsonNode timings;

    /** @param beforePiece runs before the listener hears anything; may throw to end the call */
    ChatAnswer(OpenAiDialect dialect, ChatBody request, LlmListener listener, Runnable beforePiece) {
        this.dialect = dialect;
        this.request = request;
        this.listener = listener;
        this.beforePiece = beforePiece;
    }

    /** Whether the server has said why the answer ends. */
    boolean finished() {
        return finish != null;
    }

    boolean empty() {
        return text.isEmpty() && thinking.isEmpty() && calls.isEmpty();
    }

    /** An event of a stream. */
    void chunk(JsonNode chunk) {
        about(chunk);
        JsonNode choice = chunk.path("choices").path(0);
        message(choice.path("delta"));
        choice.path("delta").path("tool_calls").forEach(call -> toolCall(call, wireIndex(call)));
        finish(choice);
    }

    /** A whole answer. False when it is none. */
    boolean whole(JsonNode answer) {
        about(answer);
        JsonNode choice = answer.path("choices").path(0);
        if (!choice.path("message").isObject()) {
            return false;
        }
        message(choice.path("message"));
        choice.path("message").path("tool_calls").forEach(call -> toolCall(call, lastWireIndex + 1));
        finish(choice);
        return true;
    }

    private void about(JsonNode node) {
        if (node.path("model").isTextual()) {
            model = node.path("model").asText();
        }
        if (node.path("usage").isObject()) {
            usage = usage(node.path("usage"));
        }
        if (node.path("timings").isObject()) {
            timings = node.path("timings");
        }
    }

    private static Usage usage(JsonNode node) {
        return Usage.of(count(node.path("prompt_tokens")), count(node.path("completion_tokens")), false)
                .withCached(count(node.path("prompt_tokens_details").path("cached_tokens")))
                .withReasoning(count(node.path("completion_tokens_details").path("reasoning_tokens")));
    }

    private static long count(JsonNode node) {
        return Math.max(0, node.asLong(0));
    }

    private void finish(JsonNode choice) {
        if (choice.path("finish_reason").isTextual()) {
            finish = choice.path("finish_reason").asText();
        }
    }

    private void message(JsonNode message) {
        for (String member : dialect.thinkingMembers()) {
            String thought =
                    message.path(member).isTextual() ? message.path(member).asText() : "";
            if (!thought.isEmpty()) {
                beforePiece.run();
                thinking.append(thought);
                listener.onThinking(thought);
                // Some servers send the same under two names.
                break;
            }
        }
        say(content(message.path("content")));
        if (message.path("refusal").isTextual()
                && !message.path("refusal").asText().isEmpty()) {
            refused = true;
            say(message.path("refusal").asText());
        }
    }

    private void say(String piece) {
        if (!piece.isEmpty()) {
            beforePiece.run();
            text.append(piece);
            listener.onText(piece);
        }
    }

    /** A text, or parts of which some are text. */
    private static String content(JsonNode node) {
        if (node.isTextual()) {
            return node.asText();
        }
        StringBuilder joined = new StringBuilder();
        node.forEach(part -> joined.append(part.path("text").asText("")));
        return joined.toString();
    }

    private void toolCall(JsonNode delta, int wireIndex) {
        String id = delta.path("id").asText("");
        lastWireIndex = wireIndex;
        Call call = calls.computeIfAbsent(wireIndex, any -> new Call(calls.size()));
        if (call.id.isEmpty()) {
            call.id = id;
        }
        String name = delta.path("function").path("name").asText("");
        boolean named = call.name.isEmpty() && !name.isEmpty();
        if (named) {
            call.name = request.names().name(name);
        }
        JsonNode given = delta.path("function").path("arguments");
        String arguments = given.isObject() ? given.toString() : given.asText("");
        if (named || !arguments.isEmpty()) {
            beforePiece.run();
            call.arguments.append(arguments);
            listener.onToolCall(call.index, named ? call.name : "", arguments);
        }
    }

    /** Servers that give no index begin each call with an id of its own. */
    private int wireIndex(JsonNode delta) {
        String id = delta.path("id").asText("");
        if (delta.path("index").isIntegralNumber()) {
            return delta.path("index").asInt();
        }
        Call last = calls.get(lastWireIndex);
        boolean goesOn = last != null && (id.isEmpty() || id.equals(last.id));
        return goesOn ? lastWireIndex : lastWireIndex + 1;
    }

    /** @param wantedModel the model's name when the server does not give one */
    LlmResponse response(String wantedModel, Timings measured) {
        List<LlmToolCall> tools = toolCalls();
        LlmResponse.Builder response = LlmResponse.builder(model.isEmpty() ? wantedModel : model)
                .text(text.toString())
                .thinking(thinking.toString())
                .toolCalls(tools)
                .finish(finishReason(tools))
                .usage(withCache(usage))
                .timings(withServerTimes(measured));
        request.constraint()
                .flatMap(this::document)
                .ifPresent(document -> response.json(document).quality(OutputQuality.CONSTRAINED));
        return response.build();
    }

    private List<LlmToolCall> toolCalls() {
        List<LlmToolCall> result = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (Call call : calls.values()) {
            String id = call.id.isEmpty() ? "call_" + call.index : call.id;
            while (!ids.add(id)) {
                id += "_" + call.index;
            }
            result.add(LlmToolCall.of(id, call.name, call.arguments.toString()));
        }
        return result;
    }

    private FinishReason finishReason(List<LlmToolCall> tools) {
        if (refused) {
            return FinishReason.FILTERED;
        }
        return switch (finish == null ? "stop" : finish) {
            case "length" -> FinishReason.LENGTH;
            case "content_filter" -> FinishReason.FILTERED;
            // Some servers say that they have stopped when they want tools.
            default -> tools.isEmpty() ? FinishReason.STOP : FinishReason.TOOL_CALLS;
        };
    }

    private Usage withCache(Usage counted) {
        return timings == null || counted.cachedTokens() > 0
                ? counted
                : counted.withCached(count(timings.path("cache_n")));
    }

    private Timings withServerTimes(Timings measured) {
        if (timings == null) {
            return measured;
        }
        Timings result = measured;
        Optional<Duration> prefill = millis(timings.path("prompt_ms"));
        Optional<Duration> decode = millis(timings.path("predicted_ms"));
        if (prefill.isPresent()) {
            result = result.prefill(prefill.get());
        }
        return decode.isPresent() ? result.decode(decode.get()) : result;
    }

    private static Optional<Duration> millis(JsonNode node) {
        BigDecimal value = node.isNumber() ? node.decimalValue() : BigDecimal.ONE.negate();
        boolean sane = value.signum() >= 0 && value.compareTo(BigDecimal.valueOf(1_000_000_000)) < 0;
        return sane ? Optional.of(Duration.ofNanos((long) (value.doubleValue() * 1_000_000))) : Optional.empty();
    }

    private Optional<Json> document(Json schema) {
        try {
            Json read = Json.parse(text.toString());
            return Optional.of(request.rewritten() ? StrictSchema.withoutAddedNulls(read, schema) : read);
        } catch (InvalidInputException e) {
            // Cut by the token limit, refused, or never constrained: the engine repairs or asks again.
            return Optional.empty();
        }
    }
}
