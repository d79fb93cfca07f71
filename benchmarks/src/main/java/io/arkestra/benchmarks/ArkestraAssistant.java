package io.arkestra.benchmarks;

import io.arkestra.Arkestra;
import io.arkestra.ArkestraBuilder;
import io.arkestra.Llm;
import io.arkestra.Session;
import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arkestra as it is shipped: every turn also keeps the log, the trace and the job that writes to memory. */
final class ArkestraAssistant implements MinimalAssistant {
    /** A user with 1,200 messages gives way to the next, so that what a turn finds behind it stays bounded. */
    private static final int CONVERSATIONS_PER_USER = 50;

    private final Arkestra arkestra;
    private Session session;
    private int conversations;

    private ArkestraAssistant(Arkestra arkestra) {
        this.arkestra = arkestra;
        this.session = session(0);
    }

    /** Both models answer at once; the junior says that nothing has to be looked up. */
    static ArkestraAssistant minimal(@Nullable Path home, boolean tool) {
        return new ArkestraAssistant(builder(home, tool)
                .junior(Llm.client(FixedModel.saying(FixedModel.REPORT)))
                .senior(Llm.client(senior(tool)))
                .build());
    }

    /** Rules in place of the junior, which is what a host with one model gets: every message is looked up in memory. */
    static ArkestraAssistant recalling(@Nullable Path home, boolean tool) {
        return new ArkestraAssistant(
                builder(home, tool).senior(Llm.client(senior(tool))).build());
    }

    /** As {@link #minimal}, but both models are scripted models that read their answers from a file. */
    static ArkestraAssistant scripted(boolean tool) {
        Path script = script(tool);
        try {
            return new ArkestraAssistant(builder(null, tool)
                    .junior(Llm.script(script))
                    .senior(Llm.script(script))
                    .build());
        } finally {
            Homes.delete(script);
        }
    }

    private static FixedModel senior(boolean tool) {
        return tool ? FixedModel.callingThenSaying(Conversation.REPLY) : FixedModel.saying(Conversation.REPLY);
    }

    private static ArkestraBuilder builder(@Nullable Path home, boolean tool) {
        ArkestraBuilder builder = Arkestra.builder();
        if (home != null) {
            builder.home(home);
        }
        if (tool) {
            builder.tools(tools -> tools.add(new NothingTool())).policy(policy -> policy.allow(NothingTool.NAME));
        }
        return builder;
    }

    private static Path script(boolean tool) {
        Json.ObjectBuilder senior =
                Json.object().put("match", Conversation.EVERY_MESSAGE).put("role", "senior");
        if (tool) {
            Json call = Json.object()
                    .put("name", NothingTool.NAME)
                    .put("arguments", Json.emptyObject())
                    .build();
            senior.put("text", "").put("tool_calls", Json.array(List.of(call))).put("then", Conversation.REPLY);
        } else {
            senior.put("text", Conversation.REPLY);
        }
        Json junior = Json.object()
                .put("match", Conversation.EVERY_MESSAGE)
                .put("role", "junior")
                .put("report", Json.parse(FixedModel.REPORT))
                .build();
        try {
            Path file = Files.createTempFile("arkestra-bench", ".jsonl");
            Files.writeString(file, junior + "\n" + senior.build() + "\n");
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String ask(String message) {
        return session.ask(message).text();
    }

    @Override
    public void newConversation() {
        session = session(++conversations);
    }

    private Session session(int conversation) {
        return arkestra.session(
                UserId.of("user-" + conversation / CONVERSATIONS_PER_USER),
                SessionId.of("conversation-" + conversation));
    }

    /** Brings the search index up to date, as a turn that looks something up does. */
    void index() {
        arkestra.memory().refresh();
    }

    @Override
    public void close() {
        arkestra.close();
    }
}
