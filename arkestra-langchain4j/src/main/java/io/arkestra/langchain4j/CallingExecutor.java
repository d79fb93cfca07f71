package io.arkestra.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Hands a call that an AI service wants to run to the host. */
final class CallingExecutor implements ToolExecutor {
    private final String tool;
    private final LangChain4jTools.Caller caller;

    CallingExecutor(String tool, LangChain4jTools.Caller caller) {
        this.tool = tool;
        this.caller = caller;
    }

    @Override
    public String execute(ToolExecutionRequest request, @Nullable Object memoryId) {
        return run(request, memoryId).resultText();
    }

    @Override
    public ToolExecutionResult executeWithContext(ToolExecutionRequest request, @Nullable InvocationContext context) {
        return run(request, context == null ? null : context.chatMemoryId());
    }

    private ToolExecutionResult run(ToolExecutionRequest request, @Nullable Object memoryId) {
        String id = request.id() == null ? UUID.randomUUID().toString() : request.id();
        try {
            ToolResult result = caller.call(ToolCall.of(id, tool, arguments(request)), memoryId);
            return ToolExecutionResult.builder()
                    .result(result)
                    .resultText(result.text())
                    .build();
        } catch (ToolException e) {
            return ToolExecutionResult.builder()
                    .isError(true)
                    .resultText(e.getMessage())
                    .build();
        }
    }

    private Json arguments(ToolExecutionRequest request) {
        String text = request.arguments();
        if (text == null || text.isBlank()) {
            return Json.emptyObject();
        }
        try {
            Json arguments = Json.parse(text);
            if (arguments.isObject()) {
                return arguments;
            }
        } catch (InvalidInputException e) {
            throw malformed(e);
        }
        throw malformed(null);
    }

    private ToolException malformed(@Nullable InvalidInputException cause) {
        return new ToolException(
                ToolException.Reason.INVALID_ARGUMENTS,
                "The arguments of '" + tool + "' are not a JSON object"
                        + (cause == null ? "" : ": " + cause.getMessage()),
                cause);
    }
}
