package io.arkestra.llm.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmContent;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.Reasoning;
import io.arkestra.llm.Sampling;
import io.arkestra.tool.ToolSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A request in the words of a dialect. What the client cannot do is refused here, before anything is sent. */
final class ChatBody {
    private static final String TEMPLATE_MEMBER = "chat_template_kwargs";

    private final OpenAiDialect dialect;
    private final LlmCapabilities capabilities;
    private final LlmRequest request;
    private final ToolNames names;
    private final ObjectNode body = Wire.MAPPER.createObjectNode();
    private Optional<Json> constraint = Optional.empty();
    private boolean rewritten;

    ChatBody(OpenAiDialect dialect, LlmCapabilities capabilities, String model, LlmRequest request) {
        this.dialect = dialect;
        this.capabilities = capabilities;
        this.request = request;
        refuseUnclaimed();
        names = new ToolNames(request.tools(), dialect.dottedToolNames());
        if (!model.isEmpty()) {
            body.put("model", model);
        }
        extensions();
        messages();
        sampling();
        reasoning();
        output();
        tools();
        if (capabilities.streaming()) {
            body.put("stream", true);
            if (dialect.streamOptions()) {
                body.putObject("stream_options").put("include_usage", true);
            }
        }
    }

    ObjectNode body() {
        return body;
    }

    ToolNames names() {
        return names;
    }

    /** The original schema, when the server lets the model write nothing else; empty otherwise. */
    Optional<Json> constraint() {
        return constraint;
    }

    /** Whether the server got a rewritten schema, whose answers may hold nulls that the original does not allow. */
    boolean rewritten() {
        return rewritten;
    }

    private void refuseUnclaimed() {
        if (!request.tools().isEmpty() && !capabilities.nativeTools()) {
            throw unsupported("tools of its own protocol are not among the client's capabilities");
        }
        if (!(request.output() instanceof OutputSpec.Text) && !(request.output() instanceof OutputSpec.JsonDocument)) {
            throw unsupported("it cannot be bound to the form "
                    + request.output().getClass().getSimpleName() + "; expected text or a JSON document");
        }
        for (LlmMessage message : request.messages()) {
            for (LlmContent part : message.content()) {
                if (!(part instanceof LlmContent.Text) && !(part instanceof LlmContent.Data)) {
                    throw unsupported("it cannot carry a part of the kind "
                            + part.getClass().getSimpleName() + "; expected text or data");
                }
            }
        }
    }

    private LlmException unsupported(String what) {
        return new LlmException(
                LlmException.Reason.UNSUPPORTED, "The " + dialect.name() + " client refuses the call: " + what);
    }

    /** Before the members of our own, so that none of them is replaced. */
    private void extensions() {
        request.extensions().members().forEach((name, value) -> {
            if (dialect.extensionMembers().contains(name)) {
                body.set(name, Wire.node(value));
            }
        });
    }

    private void messages() {
        ArrayNode messages = body.putArray("messages");
        Optional<String> instruction = instruction();
        boolean instructed = instruction.isEmpty();
        // Without tools there is no protocol for them: cloud servers refuse its messages, templates leave them out.
        List<LlmMessage> prompt =
                request.tools().isEmpty() ? LlmMessage.withoutToolProtocol(request.messages()) : request.messages();
        for (LlmMessage message : prompt) {
            String text = message.rendered();
            if (!instructed) {
                instructed = true;
                if (message.role() == LlmMessage.Role.SYSTEM) {
                    text += "\n\n" + instruction.orElseThrow();
                } else {
                    messages.addObject().put("role", "system").put("content", instruction.orElseThrow());
                }
            }
            message(messages.addObject(), message, text);
        }
    }

    /** The schema in words, for a server that cannot be bound to one. */
    private Optional<String> instruction() {
        return request.output() instanceof OutputSpec.JsonDocument document && !capabilities.jsonSchema()
                ? Optional.of(
                        "Answer with one JSON document and nothing else. It must be valid against this JSON Schema:\n"
                                + document.schema())
                : Optional.empty();
    }

    private void message(ObjectNode node, LlmMessage message, String text) {
        node.put("role", message.role().name().toLowerCase(Locale.ROOT));
        if (text.isEmpty() && !message.toolCalls().isEmpty()) {
            node.putNull("content");
        } else {
            node.put("content", Wire.wellFormed(text));
        }
        message.toolCallId().ifPresent(id -> node.put("tool_call_id", Wire.wellFormed(id)));
        if (!message.toolCalls().isEmpty()) {
            ArrayNode calls = node.putArray("tool_calls");
            for (LlmToolCall call : message.toolCalls()) {
                ObjectNode function = calls.addObject()
                        .put("id", Wire.wellFormed(call.id()))
                        .put("type", "function")
                        .putObject("function");
                function.put("name", Wire.wellFormed(names.wire(call.name())));
                function.put("arguments", Wire.wellFormed(call.arguments()));
            }
        }
    }

    private void sampling() {
        Sampling sampling = request.sampling();
        body.put(dialect.maxTokensMember(), sampling.maxTokens());
        if (dialect.temperatureAllowed()) {
            sampling.temperature().ifPresent(value -> body.put("temperature", value));
            sampling.topP().ifPresent(value -> body.put("top_p", value));
        }
        sampling.seed().ifPresent(value -> body.put("seed", value));
        if (dialect.stopAllowed() && !sampling.stop().isEmpty()) {
            ArrayNode stop = body.putArray("stop");
            sampling.stop().forEach(text -> stop.add(Wire.wellFormed(text)));
        }
    }

    private void reasoning() {
        Reasoning wanted = request.reasoning();
        if (wanted == Reasoning.DEFAULT || !capabilities.reasoning()) {
            return;
        }
        String effort = wanted.name().toLowerCase(Locale.ROOT);
        boolean off = wanted == Reasoning.OFF;
        switch (dialect.reasoningForm()) {
            case EFFORT -> body.put("reasoning_effort", off ? "low" : effort);
            case EFFORT_OR_NONE -> body.put("reasoning_effort", off ? "none" : effort);
            case TEMPLATE -> {
                if (!body.path(TEMPLATE_MEMBER).isObject()) {
                    body.putObject(TEMPLATE_MEMBER);
                }
                ObjectNode template = (ObjectNode) body.get(TEMPLATE_MEMBER);
                template.put("enable_thinking", !off);
                if (!off) {
                    template.put("reasoning_effort", effort);
                }
            }
            default -> {}
        }
    }

    /**
     * Always nested: {@code json_object}, and a schema in any other place, is accepted by servers that then constrain nothing.
     */
    private void output() {
        if (!(request.output() instanceof OutputSpec.JsonDocument document) || !capabilities.jsonSchema()) {
            return;
        }
        boolean strictForm = dialect.schemaForm() == OpenAiDialect.SchemaForm.STRICT;
        Optional<Json> strict = strictForm ? StrictSchema.rewrite(document.schema()) : Optional.empty();
        boolean bound = !strictForm || strict.isPresent();
        ObjectNode format = body.putObject("response_format").put("type", "json_schema");
        ObjectNode schema = format.putObject("json_schema")
                .put("name", spelled(document.name()))
                .put("strict", bound);
        schema.set("schema", Wire.node(strict.orElse(document.schema())));
        rewritten = strict.isPresent();
        constraint = bound ? Optional.of(document.schema()) : Optional.empty();
    }

    private static String spelled(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9_-]", "_");
        return plain.isEmpty() ? "answer" : plain.substring(0, Math.min(64, plain.length()));
    }

    private void tools() {
        if (request.tools().isEmpty()) {
            return;
        }
        ArrayNode tools = body.putArray("tools");
        for (ToolSpec tool : request.tools()) {
            ObjectNode function = tools.addObject().put("type", "function").putObject("function");
            function.put("name", names.wire(tool.name()));
            function.put("description", Wire.wellFormed(tool.description()));
            function.set("parameters", Wire.node(tool.arguments()));
        }
        Map<String, String> choices = Map.of("AUTO", "auto", "NONE", "none", "REQUIRED", "required");
        body.put("tool_choice", choices.getOrDefault(request.toolMode().name(), "auto"));
        if (!capabilities.parallelTools() && dialect.cloud()) {
            body.put("parallel_tool_calls", false);
        }
    }
}
