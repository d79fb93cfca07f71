package io.arkestra.langchain4j;

import static io.arkestra.langchain4j.InProcessModel.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.TokenStream;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputSpec;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** LangChain4j's AI services on a model of Arkestra. */
class AiServicesTest {
    record Person(String name, int age) {}

    interface Extractor {
        Person person(String text);
    }

    interface Assistant {
        String chat(String text);
    }

    interface StreamingAssistant {
        TokenStream chat(String text);
    }

    /** Public, because LangChain4j calls it by reflection. */
    public static final class Mailbox {
        final List<String> sent = new CopyOnWriteArrayList<>();

        @Tool("Sends a mail")
        public String sendMail(@P("whom") String to, @P("how often") int times) {
            sent.add(to + " " + times);
            return "sent to " + to;
        }
    }

    /** Calls the tool first, then quotes its result. */
    private static OwnClient calling() {
        return new OwnClient(true, (request, listener, cancel) -> {
            LlmMessage last = request.lastMessage().orElseThrow();
            if (last.role() == LlmMessage.Role.TOOL) {
                listener.onText("It was " + last.text());
                return LlmResponse.builder("own").text("It was " + last.text()).build();
            }
            return LlmResponse.builder("own")
                    .toolCalls(List.of(
                            LlmToolCall.of("c1", request.tools().get(0).name(), "{\"to\":\"bob\",\"times\":2}")))
                    .build();
        });
    }

    @Test
    void structuredOutput_schemaCapability_getsTheSchemaAndParsesTheAnswer() {
        OwnClient client = new OwnClient(
                true,
                (request, listener, cancel) -> LlmResponse.builder("own")
                        .text("{\"name\":\"Анна\",\"age\":7}")
                        .build());
        try (ArkestraChatModel model = ArkestraChatModel.of(client)) {
            Person person =
                    AiServices.builder(Extractor.class).chatModel(model).build().person("Анне семь лет");

            assertEquals(new Person("Анна", 7), person);
        }
        OutputSpec.JsonDocument wanted =
                (OutputSpec.JsonDocument) client.requests.get(0).output();
        assertEquals("Person", wanted.name());
        assertEquals(
                "integer",
                wanted.schema().at("/properties/age/type").orElseThrow().asString());
    }

    @Test
    void tools_called_runAndTheirResultsComeBack() {
        OwnClient client = calling();
        Mailbox mailbox = new Mailbox();
        try (ArkestraChatModel model = ArkestraChatModel.of(client)) {
            Assistant assistant = AiServices.builder(Assistant.class)
                    .chatModel(model)
                    .tools(mailbox)
                    .build();

            assertEquals("It was sent to bob", assistant.chat("Mail Bob twice"));
        }
        assertEquals(List.of("bob 2"), mailbox.sent);
        assertEquals("send_mail", client.requests.get(0).tools().get(0).name());
    }

    @Test
    void tools_streamed_runAndTheirResultsComeBack() {
        Mailbox mailbox = new Mailbox();
        StringBuffer text = new StringBuffer();
        CountDownLatch ended = new CountDownLatch(1);
        try (ArkestraChatModel model = ArkestraChatModel.of(calling())) {
            AiServices.builder(StreamingAssistant.class)
                    .streamingChatModel(model)
                    .tools(mailbox)
                    .build()
                    .chat("Mail Bob twice")
                    .onPartialResponse(text::append)
                    .onCompleteResponse(response -> ended.countDown())
                    .onError(error -> {
                        text.append(error);
                        ended.countDown();
                    })
                    .start();
            assertTrue(await(ended));
        }
        assertEquals("It was sent to bob", text.toString());
        assertEquals(List.of("bob 2"), mailbox.sent);
    }

    @Test
    void memory_secondQuestion_bringsTheFirstAlong() {
        OwnClient client = new OwnClient(
                false,
                (request, listener, cancel) -> LlmResponse.builder("own")
                        .text("answer " + request.messages().size())
                        .build());
        try (ArkestraChatModel model = ArkestraChatModel.of(client)) {
            Assistant assistant = AiServices.builder(Assistant.class)
                    .chatModel(model)
                    .chatMemory(MessageWindowChatMemory.withMaxMessages(10))
                    .build();
            assistant.chat("one");
            assistant.chat("two");
        }
        LlmRequest second = client.requests.get(1);
        assertEquals(
                List.of("one", "answer 1", "two"),
                second.messages().stream().map(LlmMessage::text).toList());
    }

    @Test
    void bothBridges_oneOverTheOther_giveTheSameAnswer() {
        OwnClient client = calling();
        Mailbox mailbox = new Mailbox();
        try (ArkestraChatModel inner = ArkestraChatModel.of(client);
                LangChain4jLlmClient middle = LangChain4jLlmClient.builder("inner")
                        .chatModel(inner)
                        .streamingChatModel(inner)
                        .capabilities(c -> c.nativeTools(true))
                        .build();
                ArkestraChatModel outer = ArkestraChatModel.of(middle)) {
            Assistant assistant = AiServices.builder(Assistant.class)
                    .chatModel(outer)
                    .tools(mailbox)
                    .build();

            assertEquals("It was sent to bob", assistant.chat("Mail Bob twice"));
        }
    }
}
