package io.arkestra.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnresolvedModelServerException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmToolCall;
import java.util.List;

/** Our answers and failures as LangChain4j's. */
final class ChatResponses {
    private ChatResponses() {}

    static ChatResponse response(LlmResponse response, ToolNames names) {
        List<ToolExecutionRequest> calls = calls(response, names);
        boolean silent = response.text().isEmpty() && !calls.isEmpty();
        AiMessage message = AiMessage.builder()
                .text(silent ? null : response.text())
                .thinking(response.thinking().isEmpty() ? null : response.thinking())
                .toolExecutionRequests(calls)
                .build();
        return ChatResponse.builder()
                .aiMessage(message)
                .modelName(response.model())
                .tokenUsage(new TokenUsage(
                        count(response.usage().promptTokens()),
                        count(response.usage().completionTokens())))
                .finishReason(
                        switch (response.finish()) {
                            case LENGTH -> FinishReason.LENGTH;
                            case TOOL_CALLS -> FinishReason.TOOL_EXECUTION;
                            case FILTERED -> FinishReason.CONTENT_FILTER;
                            default -> FinishReason.STOP;
                        })
                .build();
    }

    static List<ToolExecutionRequest> calls(LlmResponse response, ToolNames names) {
        return response.toolCalls().stream().map(call -> call(call, names)).toList();
    }

    private static ToolExecutionRequest call(LlmToolCall call, ToolNames names) {
        return ToolExecutionRequest.builder()
                .id(call.id())
                .name(names.back(call.name()))
                .arguments(call.arguments())
                .build();
    }

    private static int count(long tokens) {
        return (int) Math.min(Integer.MAX_VALUE, tokens);
    }

    /** The same failure in their words, ours as its cause. */
    static RuntimeException failure(LlmException failure) {
        String message = failure.getMessage();
        return switch (failure.reason()) {
            case OVERLOADED -> new RateLimitException(message, failure);
            case TIMEOUT -> new TimeoutException(message, failure);
            case SERVER_ERROR, CRASHED -> new InternalServerException(message, failure);
            case UNAVAILABLE -> new UnresolvedModelServerException(message, failure);
            case AUTHENTICATION -> new AuthenticationException(message, failure);
            case NOT_FOUND -> new ModelNotFoundException(message, failure);
            case CONTEXT_OVERFLOW, INVALID_REQUEST -> new InvalidRequestException(message, failure);
            case UNSUPPORTED -> (RuntimeException) new UnsupportedFeatureException(message).initCause(failure);
            default -> new NonRetriableException(message, failure);
        };
    }
}
