package io.arkestra.persona.internal;

import io.arkestra.common.Json;
import io.arkestra.llm.LlmMessage;
import io.arkestra.tool.ToolSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How prompts describe tools: those that a conversation keeps in the rules, and those that a later message needs besides in a block of that
 * message. One place for writing and reading the form.
 */
public final class ToolBlock {
    private static final String MORE = "more";
    private static final String AGAIN = "again";

    private ToolBlock() {}

    /** A tool as a model sees it, in the rules and in a block alike. */
    public static Json description(ToolSpec tool) {
        return Json.object()
                .put("arguments", tool.arguments())
                .put("description", tool.description())
                .put("name", tool.name())
                .build();
    }

    /**
     * A message that describes tools.
     *
     * @param more those that nothing before it describes
     * @param again names of those that messages before it describe and that fit once more
     * @return the message itself when there are neither
     */
    public static LlmMessage beside(LlmMessage message, List<ToolSpec> more, List<String> again) {
        if (more.isEmpty() && again.isEmpty()) {
            return message;
        }
        Json.ObjectBuilder block = Json.object();
        if (!more.isEmpty()) {
            block.put(MORE, Json.array(more.stream().map(ToolBlock::description).toList()));
        }
        if (!again.isEmpty()) {
            block.put(AGAIN, Json.strings(again));
        }
        return message.withData(PromptBlocks.TOOLS, block.build());
    }

    /** What the messages describe, by name. */
    public static Map<String, Json> described(List<LlmMessage> messages) {
        Map<String, Json> described = new LinkedHashMap<>();
        for (LlmMessage message : messages) {
            message.data(PromptBlocks.TOOLS)
                    .ifPresent(block -> block.list(MORE).forEach(tool -> described.put(tool.text("name"), tool)));
        }
        return described;
    }

    /** The messages without any description. */
    public static List<LlmMessage> without(List<LlmMessage> messages) {
        List<LlmMessage> plain = new ArrayList<>();
        messages.forEach(message -> plain.add(message.withoutData(PromptBlocks.TOOLS)));
        return plain;
    }
}
