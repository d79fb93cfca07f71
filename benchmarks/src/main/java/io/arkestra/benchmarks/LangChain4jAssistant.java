package io.arkestra.benchmarks;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import dev.langchain4j.store.memory.chat.InMemoryChatMemoryStore;
import java.util.List;

/** LangChain4j's AI service with a window of messages. A new conversation clears the window, which is the cheapest way there is. */
final class LangChain4jAssistant implements MinimalAssistant {
    /** What the AI service implements. */
    interface Service {
        String ask(String message);
    }

    /** Answers the same at once, asking for the tool first if it is to. */
    private static final class Model implements ChatModel {
        private final ChatResponse answer;
        private final ChatResponse call;
        private final boolean callsTool;

        Model(boolean callsTool) {
            this.callsTool = callsTool;
            answer = ChatResponse.builder()
                    .aiMessage(AiMessage.from(Conversation.REPLY))
                    .build();
            call = ChatResponse.builder()
                    .aiMessage(AiMessage.from(ToolExecutionRequest.builder()
                            .id("call-1")
                            .name("nothing")
                            .arguments("{}")
                            .build()))
                    .build();
        }

        @Override
        public ChatResponse doChat(ChatRequest request) {
            List<ChatMessage> messages = request.messages();
            boolean answered = messages.get(messages.size() - 1) instanceof ToolExecutionResultMessage;
            return callsTool && !answered ? call : answer;
        }
    }

    /** Holds the tool. Public, because LangChain4j calls it by reflection. */
    public static final class Tools {
        @Tool(name = "nothing", value = NothingTool.DESCRIPTION)
        public String nothing() {
            return NothingTool.RESULT;
        }
    }

    private final MessageWindowChatMemory memory;
    private final Service service;

    private LangChain4jAssistant(ChatMemoryStore store, boolean tool) {
        memory = MessageWindowChatMemory.builder()
                .maxMessages(tool ? 2 * Conversation.WINDOW : Conversation.WINDOW)
                .chatMemoryStore(store)
                .build();
        AiServices<Service> services =
                AiServices.builder(Service.class).chatModel(new Model(tool)).chatMemory(memory);
        service = tool ? services.tools(new Tools()).build() : services.build();
    }

    static LangChain4jAssistant inMemory(boolean tool) {
        return new LangChain4jAssistant(new InMemoryChatMemoryStore(), tool);
    }

    static LangChain4jAssistant on(ChatMemoryStore store) {
        return new LangChain4jAssistant(store, false);
    }

    @Override
    public String ask(String message) {
        return service.ask(message);
    }

    @Override
    public void newConversation() {
        memory.clear();
    }

    @Override
    public void close() {}
}
