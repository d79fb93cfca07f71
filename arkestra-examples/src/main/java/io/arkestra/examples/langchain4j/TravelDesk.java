package io.arkestra.examples.langchain4j;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.service.AiServices;
import io.arkestra.Arkestra;
import io.arkestra.Llm;
import io.arkestra.Session;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.langchain4j.ArkestraChatModel;
import io.arkestra.langchain4j.ArkestraContentRetriever;
import io.arkestra.langchain4j.LangChain4jLlmClient;
import io.arkestra.langchain4j.LangChain4jTools;
import io.arkestra.llm.LlmClient;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.PrintStream;
import java.util.List;

/**
 * An application on LangChain4j that adopts Arkestra in three steps: memory, a model, tools. Each step changes a line of the assembly; the
 * application itself, {@link Assistant} and {@link Bookings}, stays as it is.
 */
public final class TravelDesk {
    /** What the application had before: an AI service. */
    public interface Assistant {
        String chat(String text);
    }

    /** What it had before: methods that a model may call. */
    public static final class Bookings {
        @Tool("Books a table in a restaurant")
        public String bookTable(
                @P(name = "restaurant", value = "its name") String restaurant,
                @P(name = "guests", value = "how many come") int guests) {
            return "Booked a table for " + guests + " at " + restaurant;
        }
    }

    /** What a model may ask Arkestra for; Arkestra's own rules and policy decide what becomes of it. */
    private static final ToolSpec ASK = ToolSpec.builder("arkestra.ask")
            .description("Remembers, reminds and takes notes. Say in one sentence what is wanted.")
            .arguments("""
                    {"type": "object", "required": ["text"], "additionalProperties": false,
                     "properties": {"text": {"type": "string", "maxLength": 500}}}
                    """)
            .build();

    private TravelDesk() {}

    /** As it was: any model, a window of messages, nothing that lasts. */
    static Assistant before(ChatModel model) {
        return AiServices.builder(Assistant.class)
                .chatModel(model)
                .tools(new Bookings())
                .chatMemory(MessageWindowChatMemory.withMaxMessages(10))
                .build();
    }

    /** Step 1: what the user once said is found again, after a restart as well. */
    static Assistant withMemory(ChatModel model, Arkestra arkestra, Scope scope) {
        return AiServices.builder(Assistant.class)
                .chatModel(model)
                .tools(new Bookings())
                .chatMemory(MessageWindowChatMemory.withMaxMessages(10))
                .contentRetriever(ArkestraContentRetriever.of(arkestra.memory(), scope))
                .build();
    }

    /** Step 2: a model of Arkestra, a local one for example. */
    static ArkestraChatModel model(LlmClient client, Scope scope) {
        return ArkestraChatModel.builder(client).scope(scope).build();
    }

    /** The old model can stay, behind Arkestra's contract: with deadlines, cancellation and typed failures. */
    static LlmClient client(ChatModel model) {
        return LangChain4jLlmClient.builder("demo")
                .chatModel(model)
                .capabilities(c -> c.local(true).nativeTools(true))
                .build();
    }

    /** Step 3: the model may ask Arkestra, whose engine checks arguments, asks its policy and keeps what happened. */
    static Assistant withArkestraAsTool(ChatModel model, Session session) {
        return AiServices.builder(Assistant.class)
                .chatModel(model)
                .tools(LangChain4jTools.executors(
                        List.of(ASK),
                        (call, memoryId) -> ToolResult.text(
                                session.ask(call.arguments().text("text")).text())))
                .build();
    }

    /** And in the end the engine: the application's own methods are its tools, and none runs without the policy. */
    static Arkestra engine(Llm senior) {
        return Arkestra.builder()
                .senior(senior)
                .tools(tools -> LangChain4jTools.of(new Bookings()).forEach(tools::add))
                .policy(policy -> policy.allow("book_table"))
                .build();
    }

    static void run(ChatModel model, PrintStream out) {
        Scope alice = Scope.of(UserId.of("alice"));
        String question = "Where do I like to sit?";
        out.println("before: " + before(model).chat(question));
        try (Arkestra arkestra = Arkestra.builder().build();
                LlmClient client = client(model);
                ArkestraChatModel ours = model(client, alice)) {
            arkestra.memory().remember(alice, MemoryDraft.fact("I like to sit at the window"));
            out.println("memory: " + withMemory(model, arkestra, alice).chat(question));
            out.println("model: " + withMemory(ours, arkestra, alice).chat(question));
            Assistant assistant = withArkestraAsTool(ours, arkestra.session(alice.user()));
            out.println("tool: " + assistant.chat("Call: Remember that my seat is 12A"));
            out.println("memory: " + withMemory(ours, arkestra, alice).chat("Which seat is mine?"));
        }
    }

    public static void main(String[] args) {
        run(new DemoModel(), System.out);
    }
}
