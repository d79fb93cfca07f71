package io.arkestra.testkit;

import io.arkestra.common.Cancellation;
import io.arkestra.common.InvalidInputException;
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
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A model whose answers a test computes from the request. It keeps every request that it saw, calls native tools, has room for 32,768 tokens
 * and is ready at once. Thread-safe when the writer is.
 */
public class ComputedLlm implements LlmClient {
    /** What the model writes. */
    @FunctionalInterface
    public interface Writer {
        /**
         * The whole answer.
         *
         * @param request what was asked
         * @param cancel tells that nobody waits for the answer any more
         */
        String write(LlmRequest request, Cancellation cancel);
    }

    private final String model;
    private final int piece;
    private final Writer writer;
    private final List<LlmRequest> requests = new CopyOnWriteArrayList<>();

    /**
     * @param model its name
     * @param piece characters of the pieces that it streams its answers in; 0 streams nothing
     * @param writer computes the answers
     * @throws InvalidInputException when {@code piece} is negative
     */
    public ComputedLlm(String model, int piece, Writer writer) {
        if (piece < 0) {
            throw new InvalidInputException("A piece has " + piece + " characters; expected 0 or more");
        }
        this.model = Objects.requireNonNull(model);
        this.piece = piece;
        this.writer = Objects.requireNonNull(writer);
    }

    /** The requests so far, oldest first. */
    public final List<LlmRequest> requests() {
        return List.copyOf(requests);
    }

    /**
     * The last message of a request.
     *
     * @param request number of the request, from 0
     */
    public final LlmMessage lastMessage(int request) {
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
        return LlmHealth.ready(model);
    }

    @Override
    public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
        cancel.throwIfCancelled();
        requests.add(request);
        String text = writer.write(request, cancel);
        for (int from = 0; piece > 0 && from < text.length(); from += Math.min(piece, text.length() - from)) {
            listener.onText(text.substring(from, from + Math.min(piece, text.length() - from)));
        }
        return LlmResponse.builder(model)
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
