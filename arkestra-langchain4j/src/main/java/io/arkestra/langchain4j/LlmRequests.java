package io.arkestra.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.Sampling;
import io.arkestra.llm.ToolMode;
import io.arkestra.tool.ToolSpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** LangChain4j's requests as ours. One for each request: calls without an id get one here. */
final class LlmRequests {
    private final ToolNames names;
    private final Map<String, Deque<String>> unnamed = new HashMap<>();
    private int calls;

    LlmRequests(ToolNames names) {
        this.names = names;
    }

    static ToolNames names(ChatRequest request) {
        return ToolNames.ofTheirs(request.toolSpecifications().stream()
                .map(ToolSpecification::name)
                .toList());
    }

    /** @param base role, deadlines and the like */
    LlmRequest request(ChatRequest chat, LlmRequest base, int maxTokens) {
        try {
            LlmRequest.Builder request = base.toBuilder().sampling(sampling(chat, maxTokens));
            for (ChatMessage message : chat.messages()) {
                request.message(message(message));
            }
            request.tools(chat.toolSpecifications().stream()
                    .map(tool -> describe(tool, names.there(tool.name())).build())
                    .toList());
            if (chat.toolChoice() != null) {
                request.toolMode(
                        switch (chat.toolChoice()) {
                            case REQUIRED -> ToolMode.REQUIRED;
                            case NONE -> ToolMode.NONE;
                            case AUTO -> ToolMode.AUTO;
                        });
            }
            OutputSpec output = output(chat.responseFormat());
            return request.output(output == null ? base.output() : output)
                    .extensions(extensions(chat, base.extensions()))
                    .build();
        } catch (ConfigException e) {
            throw new InvalidRequestException(e.getMessage(), e);
        }
    }

    private LlmMessage message(ChatMessage message) {
        if (message instanceof SystemMessage system) {
            return LlmMessage.system(system.text());
        }
        if (message instanceof UserMessage user) {
            return LlmMessage.user(text(user.contents()));
        }
        if (message instanceof AiMessage answer) {
            String text = answer.text() == null ? "" : answer.text();
            return LlmMessage.assistant(
                    text,
                    answer.toolExecutionRequests().stream().map(this::call).toList());
        }
        if (message instanceof ToolExecutionResultMessage result) {
            return LlmMessage.tool(idOf(result), text(result.contents()));
        }
        throw new UnsupportedFeatureException("Arkestra's models take no "
                + message.getClass().getSimpleName() + "; expected a system, user, AI or tool message");
    }

    private LlmToolCall call(ToolExecutionRequest call) {
        String id = call.id();
        if (id == null) {
            id = "call-" + ++calls;
            unnamed.computeIfAbsent(call.name(), name -> new ArrayDeque<>()).add(id);
        }
        return LlmToolCall.of(id, names.there(call.name()), call.arguments() == null ? "{}" : call.arguments());
    }

    private String idOf(ToolExecutionResultMessage result) {
        if (result.id() != null) {
            return result.id();
        }
        Deque<String> waiting = unnamed.get(result.toolName());
        if (waiting == null || waiting.isEmpty()) {
            throw new InvalidRequestException("The result of tool '" + result.toolName()
                    + "' answers no call; expected an id or a call before it");
        }
        return waiting.remove();
    }

    private static String text(List<Content> contents) {
        return contents.stream()
                .map(content -> {
                    if (content instanceof TextContent text) {
                        return text.text();
                    }
                    throw new UnsupportedFeatureException("Arkestra's models take text only, not " + content.type()
                            + "; leave it out or describe it");
                })
                .collect(Collectors.joining("\n"));
    }

    private static Sampling sampling(ChatRequest chat, int maxTokens) {
        Sampling sampling = Sampling.maxTokens(chat.maxOutputTokens() == null ? maxTokens : chat.maxOutputTokens());
        if (chat.temperature() != null) {
            sampling = sampling.temperature(chat.temperature());
        }
        if (chat.topP() != null) {
            sampling = sampling.topP(chat.topP());
        }
        return chat.stopSequences() == null ? sampling : sampling.stop(chat.stopSequences());
    }

    /** What our sampling does not have, under the names of the OpenAI dialect. */
    private static Json extensions(ChatRequest chat, Json base) {
        Json extensions = base;
        if (chat.topK() != null) {
            extensions = extensions.with("top_k", Json.of((long) chat.topK()));
        }
        if (chat.frequencyPenalty() != null) {
            extensions = extensions.with("frequency_penalty", Json.of(chat.frequencyPenalty()));
        }
        if (chat.presencePenalty() != null) {
            extensions = extensions.with("presence_penalty", Json.of(chat.presencePenalty()));
        }
        return extensions;
    }

    static ToolSpec.Builder describe(ToolSpecification tool, String name) {
        String description = tool.description();
        return ToolSpec.builder(name)
                .description(description == null || description.isBlank() ? "Calls " + tool.name() : description)
                .arguments(JsonSchemas.arguments(tool.parameters()));
    }

    private static @Nullable OutputSpec output(@Nullable ResponseFormat format) {
        if (format == null) {
            return null;
        }
        if (format.type() != ResponseFormatType.JSON) {
            return OutputSpec.text();
        }
        if (format.jsonSchema() == null) {
            return OutputSpec.json("answer", Json.object().put("type", "object").build());
        }
        String name = format.jsonSchema().name();
        return OutputSpec.json(
                name == null || name.isBlank() ? "answer" : name,
                JsonSchemas.json(format.jsonSchema().rootElement()));
    }
}
