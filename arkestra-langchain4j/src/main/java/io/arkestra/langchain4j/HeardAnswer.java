package io.arkestra.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.TokenUsage;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.llm.FinishReason;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputQuality;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.Timings;
import io.arkestra.llm.TokenCount;
import io.arkestra.llm.Usage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Passes on what is heard of an answer, in order, and makes the response of it. Confined to the thread of the call. */
final class HeardAnswer {
    private final String model;
    private final LlmRequest request;
    private final boolean bound;
    private final ToolNames names;
    private final LlmListener listener;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder thinking = new StringBuilder();
    private final Set<Integer> begun = new HashSet<>();

    /** @param bound whether the model can write nothing that breaks the schema of a request */
    HeardAnswer(String model, LlmRequest request, boolean bound, ToolNames names, LlmListener listener) {
        this.bound = bound;
        this.model = model;
        this.request = request;
        this.names = names;
        this.listener = listener;
    }

    void text(String delta) {
        if (!delta.isEmpty()) {
            text.append(delta);
            listener.onText(delta);
        }
    }

    void thinking(String delta) {
        if (!delta.isEmpty()) {
            thinking.append(delta);
            listener.onThinking(delta);
        }
    }

    /** LangChain4j repeats a call as a whole when it is complete; that is news only where no piece came before. */
    void toolPiece(BridgeCall.Event.ToolPiece piece) {
        boolean first = begun.add(piece.index());
        if (first) {
            listener.onToolCall(piece.index(), names.back(piece.name()), piece.arguments());
        } else if (!piece.complete()) {
            listener.onToolCall(piece.index(), "", piece.arguments());
        }
    }

    /** The response; what was not heard in pieces is passed on first. */
    LlmResponse complete(ChatResponse response, Timings timings) {
        AiMessage message = response.aiMessage();
        if (thinking.isEmpty() && message.thinking() != null) {
            thinking(message.thinking());
        }
        if (text.isEmpty() && message.text() != null) {
            text(message.text());
        }
        List<LlmToolCall> calls = calls(message);
        for (int i = 0; i < calls.size(); i++) {
            if (begun.add(i)) {
                listener.onToolCall(i, calls.get(i).name(), calls.get(i).arguments());
            }
        }
        String answered = response.metadata() == null ? null : response.modelName();
        LlmResponse.Builder builder = builder(answered == null ? model : answered, timings)
                .toolCalls(calls)
                .finish(finish(response, calls))
                .usage(usage(response.metadata() == null ? null : response.tokenUsage()));
        if (bound && request.output() instanceof OutputSpec.JsonDocument) {
            document().ifPresent(json -> builder.json(json).quality(OutputQuality.CONSTRAINED));
        }
        return builder.build();
    }

    private Optional<Json> document() {
        try {
            return Optional.of(Json.parse(text.toString()));
        } catch (InvalidInputException e) {
            return Optional.empty();
        }
    }

    /** What the backend withheld: the answer is what came before. */
    LlmResponse filtered(Timings timings) {
        return builder(model, timings)
                .finish(FinishReason.FILTERED)
                .usage(usage(null))
                .build();
    }

    private LlmResponse.Builder builder(String answered, Timings timings) {
        return LlmResponse.builder(answered)
                .text(text.toString())
                .thinking(thinking.toString())
                .timings(timings);
    }

    private List<LlmToolCall> calls(AiMessage message) {
        List<LlmToolCall> calls = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (ToolExecutionRequest wanted : message.toolExecutionRequests()) {
            String id = wanted.id();
            if (id == null || id.isBlank() || !ids.add(id)) {
                id = "call-" + (calls.size() + 1);
                ids.add(id);
            }
            String arguments = wanted.arguments();
            calls.add(LlmToolCall.of(id, names.back(wanted.name()), arguments == null ? "{}" : arguments));
        }
        return calls;
    }

    private static FinishReason finish(ChatResponse response, List<LlmToolCall> calls) {
        dev.langchain4j.model.output.FinishReason said = response.metadata() == null ? null : response.finishReason();
        if (said == null || said == dev.langchain4j.model.output.FinishReason.OTHER) {
            return calls.isEmpty() ? FinishReason.STOP : FinishReason.TOOL_CALLS;
        }
        return switch (said) {
            case LENGTH -> FinishReason.LENGTH;
            case TOOL_EXECUTION -> FinishReason.TOOL_CALLS;
            case CONTENT_FILTER -> FinishReason.FILTERED;
            default -> FinishReason.STOP;
        };
    }

    private Usage usage(@org.jspecify.annotations.Nullable TokenUsage said) {
        Integer prompt = said == null ? null : said.inputTokenCount();
        Integer completion = said == null ? null : said.outputTokenCount();
        return Usage.of(
                prompt == null ? estimate(request).tokens() : prompt,
                completion == null
                        ? TokenCount.estimate(text.toString() + thinking).tokens()
                        : completion,
                prompt == null || completion == null);
    }

    static TokenCount estimate(LlmRequest request) {
        StringBuilder prompt = new StringBuilder();
        for (LlmMessage message : request.messages()) {
            prompt.append(message.rendered()).append('\n');
            message.toolCalls().forEach(call -> prompt.append(call.name()).append(call.arguments()));
        }
        request.tools()
                .forEach(tool ->
                        prompt.append(tool.name()).append(tool.description()).append(tool.arguments()));
        return TokenCount.estimate(prompt.toString());
    }
}
