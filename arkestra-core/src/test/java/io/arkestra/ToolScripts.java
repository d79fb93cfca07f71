package io.arkestra;

import io.arkestra.common.Json;
import io.arkestra.llm.LlmMessage;
import java.util.ArrayList;
import java.util.List;

/** Models that ask for tools and then say what came of it. */
final class ToolScripts {
    private ToolScripts() {}

    /** Asks for one call in each turn, then repeats its result. */
    static RecordingLlm onceCalling(String tool, String arguments) {
        return calling(List.of(tool), List.of(arguments));
    }

    /** Asks for these calls in one message, then says {@code Done.} */
    static RecordingLlm calling(List<String> tools, List<String> arguments) {
        return RecordingLlm.writing((request, cancel) -> {
            if (request.lastMessage().orElseThrow().role() == LlmMessage.Role.TOOL) {
                return "{\"text\":\"Done.\"}";
            }
            List<Json> calls = new ArrayList<>();
            for (int i = 0; i < tools.size(); i++) {
                calls.add(Json.object()
                        .put("name", tools.get(i))
                        .put("arguments", arguments.get(i))
                        .build());
            }
            return Json.object()
                    .put("text", "")
                    .put("tool_calls", Json.array(calls))
                    .build()
                    .toString();
        });
    }
}
