package io.arkestra.testkit;

import io.arkestra.common.Json;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.Sampling;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;

/**
 * Opens clients whose backend is in a given situation; a test of {@link LlmClientContract} closes what it opens. A situation that the
 * backend cannot be brought into is empty: its tests are then reported as aborted, with the reason, and never as passed.
 */
public interface LlmClientSubject {
    /** The backend answers every call with this text, in pieces of its own. */
    Optional<LlmClient> answering(String text);

    /** The backend answers with these pieces and takes one permit before each of them. */
    default Optional<LlmClient> answeringSlowly(List<String> pieces, Semaphore permits) {
        return Optional.empty();
    }

    /** The backend accepts a call and then says nothing. */
    default Optional<LlmClient> hangingBeforeFirstToken() {
        return Optional.empty();
    }

    /** The backend sends this piece and then says nothing more. */
    default Optional<LlmClient> hangingAfter(String piece) {
        return Optional.empty();
    }

    /** The backend sends this piece and then goes away. */
    default Optional<LlmClient> breakingAfter(String piece) {
        return Optional.empty();
    }

    /** Every prompt is too long for the backend. */
    default Optional<LlmClient> overflowing() {
        return Optional.empty();
    }

    /** Nobody is there. */
    default Optional<LlmClient> away() {
        return Optional.empty();
    }

    /** The model thinks and then answers. */
    default Optional<LlmClient> thinking(String thoughts, String text) {
        return Optional.empty();
    }

    /** The model asks for these tools by the backend's own protocol and says nothing besides. */
    default Optional<LlmClient> callingTools(List<LlmToolCall> calls) {
        return Optional.empty();
    }

    /** The model answers a request that is bound to this schema with this text. */
    default Optional<LlmClient> structured(Json schema, String text) {
        return answering(text);
    }

    /** How many calls for an answer the backend of the client opened last has received; empty when nobody can tell. */
    default OptionalLong callsReceived() {
        return OptionalLong.empty();
    }

    /** Waits until the backend of the client opened last has received a call for an answer; does nothing when nobody can tell. */
    default void awaitCall(Duration limit) throws InterruptedException {}

    /** Waits until the backend has noticed that a call was given up; false when it has not within the limit, empty when nobody can tell. */
    default Optional<Boolean> backendStops(Duration limit) {
        return Optional.empty();
    }

    /** A request that the subject's backend can be given; the contract adds to it. */
    default LlmRequest.Builder request() {
        return LlmRequest.builder("senior")
                .message(LlmMessage.system("You answer briefly."))
                .message(LlmMessage.user("How are you?"))
                .sampling(Sampling.maxTokens(64).temperature(0))
                .deadline(Duration.ofSeconds(120));
    }
}
