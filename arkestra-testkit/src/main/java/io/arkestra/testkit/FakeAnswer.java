package io.arkestra.testkit;

import io.arkestra.llm.LlmToolCall;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the model behind a {@link FakeLlmServer} says; the server puts it into its dialect, streamed or not as the client asks. Built by
 * one thread and then left alone.
 */
public final class FakeAnswer {
    private final List<String> pieces;
    private String thinking = "";
    private List<LlmToolCall> toolCalls = List.of();
    private @Nullable String finish;
    private long promptTokens = 21;
    private long completionTokens = 9;
    private long cachedTokens;
    private long reasoningTokens;
    private @Nullable Semaphore permits;
    private UnaryOperator<FakeReply> ending = reply -> reply;
    private boolean ended;
    private int chunkBytes = Integer.MAX_VALUE;
    private String lineEnd = "\n";

    private FakeAnswer(List<String> pieces) {
        this.pieces = List.copyOf(pieces);
    }

    /** Says these pieces, each in an event of its own. */
    public static FakeAnswer of(String... pieces) {
        return new FakeAnswer(List.of(pieces));
    }

    public static FakeAnswer of(List<String> pieces) {
        return new FakeAnswer(pieces);
    }

    public FakeAnswer thinks(String text) {
        thinking = text;
        return this;
    }

    public FakeAnswer calls(List<LlmToolCall> calls) {
        toolCalls = List.copyOf(calls);
        return this;
    }

    /** The dialect's own word for why the answer ended. */
    public FakeAnswer finishes(String reason) {
        finish = reason;
        return this;
    }

    public FakeAnswer usage(long prompt, long completion, long cached, long reasoning) {
        promptTokens = prompt;
        completionTokens = completion;
        cachedTokens = cached;
        reasoningTokens = reasoning;
        return this;
    }

    /** Takes one permit before each piece. */
    public FakeAnswer pacedBy(Semaphore value) {
        permits = value;
        return this;
    }

    /** Sends nothing after the pieces and does not end. */
    public FakeAnswer hangs() {
        return ends(FakeReply::hang);
    }

    /** Breaks the connection off after the pieces. */
    public FakeAnswer cuts() {
        return ends(FakeReply::cut);
    }

    /** Ends so after the pieces, instead of by a finish reason, usage and an end mark. */
    public FakeAnswer ends(UnaryOperator<FakeReply> value) {
        ending = value;
        ended = true;
        return this;
    }

    /** Cuts the stream into parts of so many bytes, wherever a character ends. */
    public FakeAnswer chunkBytes(int value) {
        chunkBytes = value;
        return this;
    }

    /** Lines of a stream end so. */
    public FakeAnswer lineEnd(String value) {
        lineEnd = value;
        return this;
    }

    List<String> pieces() {
        return pieces;
    }

    String text() {
        return String.join("", pieces);
    }

    String thinking() {
        return thinking;
    }

    List<LlmToolCall> toolCalls() {
        return toolCalls;
    }

    String finish() {
        return Optional.ofNullable(finish).orElse(toolCalls.isEmpty() ? "stop" : "tool_calls");
    }

    long promptTokens() {
        return promptTokens;
    }

    long completionTokens() {
        return completionTokens;
    }

    long cachedTokens() {
        return cachedTokens;
    }

    long reasoningTokens() {
        return reasoningTokens;
    }

    /** How the reply ends when it does not end by itself. */
    Optional<UnaryOperator<FakeReply>> ending() {
        return ended ? Optional.of(ending) : Optional.empty();
    }

    Optional<Semaphore> permits() {
        return Optional.ofNullable(permits);
    }

    /** A stream as this answer wants it, without an event yet. */
    FakeReply stream(FakeReply reply) {
        return reply.chunkBytes(chunkBytes).lineEnd(lineEnd);
    }
}
