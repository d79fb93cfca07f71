package io.arkestra.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.exception.ToolArgumentsException;
import dev.langchain4j.exception.ToolExecutionException;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.DefaultToolExecutor;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import io.arkestra.common.ArkestraException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** A method with {@code @Tool}; LangChain4j's own executor binds the arguments. */
final class AnnotatedTool implements Tool {
    private final ToolSpec spec;
    private final String theirName;
    private final ToolExecutor executor;

    AnnotatedTool(Object holder, Method method, String theirName, ToolSpec spec) {
        this.spec = spec;
        this.theirName = theirName;
        this.executor = DefaultToolExecutor.builder()
                .object(holder)
                .originalMethod(method)
                .methodToInvoke(method)
                .wrapToolArgumentsExceptions(true)
                .propagateToolExecutionExceptions(true)
                .build();
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
        context.cancellation().throwIfCancelled();
        ToolExecutionRequest request = ToolExecutionRequest.builder()
                .id(call.id())
                .name(theirName)
                .arguments(call.arguments().toString())
                .build();
        String memoryId = context.scope()
                .session()
                .map(session -> session.value())
                .orElse(context.scope().user().value());
        try {
            return result(executor.executeWithContext(
                    request, InvocationContext.builder().chatMemoryId(memoryId).build()));
        } catch (ToolArgumentsException e) {
            throw new ToolException(
                    ToolException.Reason.INVALID_ARGUMENTS,
                    "The arguments of '" + spec.name() + "' do not fit: " + said(e),
                    e);
        } catch (ToolExecutionException e) {
            if (e.getCause() instanceof ArkestraException ours) {
                throw ours;
            }
            throw failed(e);
        } catch (RuntimeException e) {
            throw failed(e);
        }
    }

    private ToolException failed(RuntimeException failure) {
        return new ToolException(
                ToolException.Reason.FAILED, "'" + spec.name() + "' failed: " + said(failure), failure);
    }

    private static String said(RuntimeException failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /** What is not a text is JSON; it is the data of the result, too. */
    private static ToolResult result(ToolExecutionResult done) {
        String text = done.resultText();
        if (done.result() == null || done.result() instanceof String) {
            return ToolResult.text(text);
        }
        Json data = parsed(text);
        if (data == null) {
            return ToolResult.text(text);
        }
        return ToolResult.of(
                text, data.isObject() ? data : Json.object().put("result", data).build());
    }

    private static @Nullable Json parsed(String text) {
        try {
            return Json.parse(text);
        } catch (InvalidInputException e) {
            return null;
        }
    }
}
