package io.arkestra.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmContent;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmException.Reason;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.ToolMode;
import io.arkestra.tool.ToolSpec;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Requests of ours as LangChain4j's messages and parameters. */
final class ChatRequests {
    private static final String DOCUMENT_WANTED =
            "Answer with one JSON document and nothing else. It must be valid against this JSON Schema:\n";

    private final LlmCapabilities capabilities;

    ChatRequests(LlmCapabilities capabilities) {
        this.capabilities = capabilities;
    }

    /** @throws LlmException when the client does not offer what is asked for */
    void check(LlmRequest request) {
        if (request.messages().stream()
                .allMatch(message -> message.role() == LlmMessage.Role.SYSTEM
                        && message.rendered().isBlank())) {
            throw new LlmException(Reason.INVALID_REQUEST, "The request has no message; expected at least one");
        }
        if (!request.tools().isEmpty() && !capabilities.nativeTools()) {
            throw new LlmException(
                    Reason.UNSUPPORTED,
                    "The request has tools, but this client was built without nativeTools; set capabilities(c -> c.nativeTools(true))"
                            + " when the model has a protocol for them");
        }
        OutputSpec output = request.output();
        if (!(output instanceof OutputSpec.Text) && !(output instanceof OutputSpec.JsonDocument)) {
            throw new LlmException(
                    Reason.UNSUPPORTED,
                    "LangChain4j has no way to ask for " + output.getClass().getSimpleName());
        }
        for (LlmMessage message : request.messages()) {
            for (LlmContent part : message.content()) {
                if (!(part instanceof LlmContent.Text) && !(part instanceof LlmContent.Data)) {
                    throw new LlmException(
                            Reason.UNSUPPORTED,
                            "This client carries text only, not "
                                    + part.getClass().getSimpleName());
                }
            }
        }
    }

    static ToolNames names(LlmRequest request) {
        return ToolNames.ofOurs(request.tools().stream().map(ToolSpec::name).toList());
    }

    List<ChatMessage> messages(LlmRequest request, ToolNames names) {
        List<ChatMessage> messages = new ArrayList<>();
        Map<String, String> called = new HashMap<>();
        // Without tools there is no protocol for them: cloud services refuse its messages.
        List<LlmMessage> prompt =
                request.tools().isEmpty() ? LlmMessage.withoutToolProtocol(request.messages()) : request.messages();
        for (LlmMessage message : prompt) {
            message.toolCalls().forEach(call -> called.put(call.id(), names.there(call.name())));
            String text = message.rendered();
            switch (message.role()) {
                case SYSTEM -> {
                    if (!text.isBlank()) {
                        messages.add(SystemMessage.from(text));
                    }
                }
                case USER -> messages.add(UserMessage.from(text));
                case ASSISTANT -> messages.add(assistant(text, message.toolCalls(), names));
                case TOOL -> {
                    String id = message.toolCallId().orElse("");
                    messages.add(ToolExecutionResultMessage.from(id, called.getOrDefault(id, "unknown"), text));
                }
            }
        }
        if (request.output() instanceof OutputSpec.JsonDocument document && !capabilities.jsonSchema()) {
            demand(document, messages);
        }
        return messages;
    }

    private static AiMessage assistant(String text, List<LlmToolCall> calls, ToolNames names) {
        if (calls.isEmpty()) {
            return AiMessage.from(text);
        }
        List<ToolExecutionRequest> requests = calls.stream()
                .map(call -> ToolExecutionRequest.builder()
                        .id(call.id())
                        .name(names.there(call.name()))
                        .arguments(call.arguments())
                        .build())
                .toList();
        return AiMessage.builder()
                .text(text.isEmpty() ? null : text)
                .toolExecutionRequests(requests)
                .build();
    }

    /** At the end of the first system message: it is the same in every call, so the beginning of the prompt stays the same. */
    private static void demand(OutputSpec.JsonDocument document, List<ChatMessage> messages) {
        String demand = DOCUMENT_WANTED + document.schema();
        if (!messages.isEmpty() && messages.get(0) instanceof SystemMessage system) {
            messages.set(0, SystemMessage.from(system.text() + "\n\n" + demand));
        } else {
            messages.add(0, SystemMessage.from(demand));
        }
    }

    ChatRequestParameters parameters(LlmRequest request, ToolNames names) {
        DefaultChatRequestParameters.Builder<?> builder = ChatRequestParameters.builder();
        builder.maxOutputTokens(request.sampling().maxTokens());
        request.sampling().temperature().ifPresent(builder::temperature);
        request.sampling().topP().ifPresent(builder::topP);
        if (!request.sampling().stop().isEmpty()) {
            builder.stopSequences(request.sampling().stop());
        }
        Json extensions = request.extensions();
        extensions.integer("top_k").ifPresent(value -> builder.topK(Math.toIntExact(value)));
        extensions.decimal("frequency_penalty").map(BigDecimal::doubleValue).ifPresent(builder::frequencyPenalty);
        extensions.decimal("presence_penalty").map(BigDecimal::doubleValue).ifPresent(builder::presencePenalty);
        if (!request.tools().isEmpty()) {
            builder.toolSpecifications(
                    request.tools().stream().map(tool -> tool(tool, names)).toList());
            // Left out where the model decides anyway: some of LangChain4j's models refuse every choice.
            if (request.toolMode() == ToolMode.REQUIRED) {
                builder.toolChoice(ToolChoice.REQUIRED);
            } else if (request.toolMode() == ToolMode.NONE) {
                builder.toolChoice(ToolChoice.NONE);
            }
        }
        if (request.output() instanceof OutputSpec.JsonDocument document && capabilities.jsonSchema()) {
            builder.responseFormat(format(document));
        }
        return builder.build();
    }

    static ToolSpecification tool(ToolSpec tool, ToolNames names) {
        return ToolSpecification.builder()
                .name(names.there(tool.name()))
                .description(tool.description())
                .parameters(JsonSchemas.object(tool.arguments()))
                .build();
    }

    private static ResponseFormat format(OutputSpec.JsonDocument document) {
        String name = document.name().replaceAll("[^A-Za-z0-9_-]", "_");
        return ResponseFormat.builder()
                .type(ResponseFormatType.JSON)
                .jsonSchema(JsonSchema.builder()
                        .name(name.isEmpty() ? "answer" : name)
                        .rootElement(JsonSchemas.raw(document.schema()))
                        .build())
                .build();
    }
}
