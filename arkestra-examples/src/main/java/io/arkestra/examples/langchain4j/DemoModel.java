package io.arkestra.examples.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import io.arkestra.common.Json;
import java.util.List;

/** Stands for a model: quotes what it was given to answer from, and calls its last tool when told "Call: …". */
final class DemoModel implements ChatModel {
    private static final String GIVEN = "Answer using the following information:\n";
    private static final String CALL = "Call: ";

    @Override
    public ChatResponse doChat(ChatRequest request) {
        return ChatResponse.builder()
                .aiMessage(answer(request))
                .modelName("demo")
                .build();
    }

    private static AiMessage answer(ChatRequest request) {
        List<ChatMessage> messages = request.messages();
        ChatMessage last = messages.get(messages.size() - 1);
        if (last instanceof ToolExecutionResultMessage result) {
            return AiMessage.from(result.text());
        }
        String asked = ((UserMessage) last).singleText();
        if (asked.startsWith(CALL)) {
            return call(request.toolSpecifications(), asked.substring(CALL.length()));
        }
        int given = asked.indexOf(GIVEN);
        return AiMessage.from(
                given < 0
                        ? "I do not know."
                        : "You said: "
                                + asked.substring(given + GIVEN.length())
                                        .lines()
                                        .findFirst()
                                        .orElse(""));
    }

    private static AiMessage call(List<ToolSpecification> tools, String text) {
        return AiMessage.from(ToolExecutionRequest.builder()
                .id("call-1")
                .name(tools.get(tools.size() - 1).name())
                .arguments(Json.object().put("text", text).build().toString())
                .build());
    }
}
