package io.arkestra.llm;

import io.arkestra.common.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One message of a prompt. Immutable. */
public final class LlmMessage {
    /** Who speaks. */
    public enum Role {
        SYSTEM,
        USER,
        ASSISTANT,
        /** The result of a tool call; {@link LlmMessage#toolCallId()} says of which. */
        TOOL
    }

    private final Role role;
    private final List<LlmContent> content;
    private final List<LlmToolCall> toolCalls;
    private final @Nullable String toolCallId;

    private LlmMessage(Role role, List<LlmContent> content, List<LlmToolCall> toolCalls, @Nullable String toolCallId) {
        this.role = Objects.requireNonNull(role, "role");
        this.content = List.copyOf(content);
        this.toolCalls = List.copyOf(toolCalls);
        this.toolCallId = toolCallId;
    }

    public static LlmMessage system(String text) {
        return new LlmMessage(Role.SYSTEM, List.of(new LlmContent.Text(text)), List.of(), null);
    }

    public static LlmMessage user(String text) {
        return new LlmMessage(Role.USER, List.of(new LlmContent.Text(text)), List.of(), null);
    }

    public static LlmMessage assistant(String text) {
        return new LlmMessage(Role.ASSISTANT, List.of(new LlmContent.Text(text)), List.of(), null);
    }

    /** An assistant message that asks for tools. Every call must be answered by a {@link #tool} message right after it. */
    public static LlmMessage assistant(String text, List<LlmToolCall> calls) {
        return new LlmMessage(Role.ASSISTANT, List.of(new LlmContent.Text(text)), calls, null);
    }

    /** The answer to the tool call with this id. */
    public static LlmMessage tool(String toolCallId, String text) {
        return new LlmMessage(
                Role.TOOL, List.of(new LlmContent.Text(text)), List.of(), Objects.requireNonNull(toolCallId));
    }

    /**
     * A prompt for a backend that is told of no tools beside the prompt: tool calls are part of what the assistant wrote, and results
     * come as data of the user's side, all of one answer in one message, because templates of chats want the two to alternate.
     */
    public static List<LlmMessage> withoutToolProtocol(List<LlmMessage> messages) {
        List<LlmMessage> plain = new ArrayList<>();
        List<LlmContent> results = new ArrayList<>();
        for (LlmMessage message : messages) {
            if (message.role == Role.TOOL) {
                results.add(new LlmContent.Data(
                        "tool_result",
                        Json.object()
                                .put("call", String.valueOf(message.toolCallId))
                                .put("result", message.rendered())
                                .build()));
                continue;
            }
            if (!results.isEmpty()) {
                plain.add(new LlmMessage(Role.USER, results, List.of(), null));
                results.clear();
            }
            plain.add(message.toolCalls.isEmpty() ? message : message.withCallsInText());
        }
        if (!results.isEmpty()) {
            plain.add(new LlmMessage(Role.USER, results, List.of(), null));
        }
        return List.copyOf(plain);
    }

    /** What the assistant wrote stands as it is when it holds the calls already, as a document does. */
    private LlmMessage withCallsInText() {
        if (text().strip().startsWith("{")) {
            return new LlmMessage(role, content, List.of(), null);
        }
        Json calls = Json.array(toolCalls.stream()
                .map(call -> Json.object()
                        .put("name", call.name())
                        .put("arguments", call.arguments())
                        .build())
                .toList());
        return new LlmMessage(role, content, List.of(), null).withData("tool_calls", calls);
    }

    /** This message with a block of data <em>before</em> its text, where a model expects context. */
    public LlmMessage withData(String name, Json value) {
        List<LlmContent> parts = new ArrayList<>(content);
        int at = 0;
        while (at < parts.size() && parts.get(at) instanceof LlmContent.Data) {
            at++;
        }
        parts.add(at, new LlmContent.Data(name, value));
        return new LlmMessage(role, parts, toolCalls, toolCallId);
    }

    /** This message without its blocks of data of a name; this message itself when it has none. */
    public LlmMessage withoutData(String name) {
        List<LlmContent> parts = content.stream()
                .filter(part ->
                        !(part instanceof LlmContent.Data data && data.name().equals(name)))
                .toList();
        return parts.size() == content.size() ? this : new LlmMessage(role, parts, toolCalls, toolCallId);
    }

    public Role role() {
        return role;
    }

    public List<LlmContent> content() {
        return content;
    }

    /** The tool calls that an assistant message asks for; empty otherwise. */
    public List<LlmToolCall> toolCalls() {
        return toolCalls;
    }

    /** Which call a tool message answers. */
    public Optional<String> toolCallId() {
        return Optional.ofNullable(toolCallId);
    }

    /** The text parts alone, without data blocks, joined by line breaks. */
    public String text() {
        return content.stream()
                .filter(part -> part instanceof LlmContent.Text)
                .map(LlmContent::rendered)
                .collect(Collectors.joining("\n"));
    }

    /** Everything as plain text, data blocks included, in order. */
    public String rendered() {
        return content.stream().map(LlmContent::rendered).collect(Collectors.joining("\n"));
    }

    /** The data block with this name. */
    public Optional<Json> data(String name) {
        return content.stream()
                .filter(part ->
                        part instanceof LlmContent.Data data && data.name().equals(name))
                .map(part -> ((LlmContent.Data) part).value())
                .findFirst();
    }

    @Override
    public String toString() {
        return "LlmMessage[" + role + ", parts=" + content.size() + ", toolCalls=" + toolCalls.size() + "]";
    }
}
