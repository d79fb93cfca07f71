package io.arkestra;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.TokenCount;
import io.arkestra.llm.Usage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A model whose answers a test computes from the request; keeps every request that it saw. Streams in pieces of a given size. */
final class RecordingLlm implements LlmClient {
    /** What the model writes. */
    @FunctionalInterface
    interface Writer {
        String write(LlmRequest request, Cancellation cancel);
    }

    private final Writer writer;
    private final int piece;
    private final List<LlmRequest> requests = new CopyOnWriteArrayList<>();

    private RecordingLlm(int piece, Writer writer) {
        this.piece = piece;
        this.writer = writer;
    }

    static RecordingLlm writing(Writer writer) {
        return new RecordingLlm(5, writer);
    }

    /** One that streams in pieces of this many characters; 0 streams nothing. */
    static RecordingLlm inPieces(int characters, Writer writer) {
        return new RecordingLlm(characters, writer);
    }

    List<LlmRequest> requests() {
        return List.copyOf(requests);
    }

    /** Names of the tools that the request describes: in its rules, in order, then in its messages. */
    static List<String> offeredTools(LlmRequest request) {
        return Stream.concat(toolsInRules(request).stream(), toolsInMessages(request).stream())
                .toList();
    }

    /** Names of the tools that the request's rules describe, in order. */
    static List<String> toolsInRules(LlmRequest request) {
        String rules = request.messages().get(0).text();
        return rules.substring(rules.indexOf("\nTools:\n") + 8)
                .lines()
                .map(line -> Json.parse(line).text("name"))
                .toList();
    }

    /** Names of the tools that the request's messages describe, in order. */
    static List<String> toolsInMessages(LlmRequest request) {
        return request.messages().stream()
                .flatMap(message -> described(message).stream())
                .toList();
    }

    /** Names of the tools that a message describes. */
    static List<String> described(LlmMessage message) {
        return message.data("tools").orElse(Json.emptyObject()).list("more").stream()
                .map(tool -> tool.text("name"))
                .toList();
    }

    /** The last message of the request with this number, from 0. */
    LlmMessage lastMessage(int request) {
        return requests.get(request).lastMessage().orElseThrow();
    }

    @Override
    public LlmCapabilities capabilities() {
        return LlmCapabilities.builder()
                .local(true)
                .nativeTools(true)
                .contextTokens(32_768)
                .parallelism(64)
                .build();
    }

    @Override
    public LlmHealth probe() {
        return LlmHealth.ready("recording");
    }

    @Override
    public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
        requests.add(request);
        String text = writer.write(request, cancel);
        for (int i = 0; piece > 0 && i < text.length(); i += piece) {
            listener.onText(text.substring(i, Math.min(text.length(), i + piece)));
        }
        return LlmResponse.builder("recording")
                .text(text)
                .usage(Usage.of(
                        countTokens(request).tokens(), TokenCount.estimate(text).tokens(), true))
                .build();
    }

    @Override
    public TokenCount countTokens(LlmRequest request) {
        return TokenCount.of(
                request.messages().stream()
                        .mapToLong(message ->
                                TokenCount.estimate(message.rendered()).tokens())
                        .sum(),
                false);
    }

    @Override
    public void close() {
        // Holds nothing open.
    }
}
