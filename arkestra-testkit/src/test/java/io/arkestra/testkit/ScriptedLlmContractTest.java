package io.arkestra.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.llm.ContextOverflow;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmToolCall;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The scripted model keeps to the contract that it stands in for. */
class ScriptedLlmContractTest implements LlmClientContract {
    private @Nullable ScriptedLlm model;

    ScriptedLlm create() {
        return new ScriptedLlm();
    }

    private ScriptedLlm open() {
        return model = create();
    }

    private ScriptedLlm model() {
        return java.util.Objects.requireNonNull(model);
    }

    private static Optional<LlmClient> of(ScriptedLlm model) {
        return Optional.of(model);
    }

    @Override
    public Optional<LlmClient> answering(String text) {
        open().expect().answers(text.split("(?<=[ ,])")).always();
        return of(model());
    }

    @Override
    public Optional<LlmClient> answeringSlowly(List<String> pieces, Semaphore permits) {
        open().expect().answers(pieces.toArray(String[]::new)).pacedBy(permits).always();
        return of(model());
    }

    @Override
    public Optional<LlmClient> hangingBeforeFirstToken() {
        open().expect().hangs().always();
        return of(model());
    }

    @Override
    public Optional<LlmClient> hangingAfter(String piece) {
        if (!create().capabilities().streaming()) {
            return Optional.empty();
        }
        open().expect().answers(piece).hangs().always();
        return of(model());
    }

    @Override
    public Optional<LlmClient> breakingAfter(String piece) {
        LlmException failure = new LlmException(LlmException.Reason.UNAVAILABLE, "the scripted model went away");
        open().expect().answers(piece).fails(failure).always();
        return of(model());
    }

    @Override
    public Optional<LlmClient> overflowing() {
        open().expect()
                .fails(new ContextOverflow("too long", 9_000L, 4_096L, null))
                .always();
        return of(model());
    }

    @Override
    public Optional<LlmClient> away() {
        open().health(LlmHealth.down("nobody there"))
                .expect()
                .fails(new LlmException(LlmException.Reason.UNAVAILABLE, "nobody there"))
                .always();
        return of(model());
    }

    @Override
    public Optional<LlmClient> thinking(String thoughts, String text) {
        open().expect().thinks(thoughts).answers(text).always();
        return of(model());
    }

    @Override
    public Optional<LlmClient> callingTools(List<LlmToolCall> calls) {
        open().expect().calls(calls).always();
        return of(model());
    }

    @Override
    public Optional<LlmClient> structured(Json schema, String text) {
        return answering(text);
    }

    @Override
    public OptionalLong callsReceived() {
        return OptionalLong.of(model().requests().size());
    }

    @Override
    public void awaitCall(Duration limit) throws InterruptedException {
        assertTrue(model().awaitRequests(1, limit), "no call arrived");
    }

    @Override
    public Optional<Boolean> backendStops(Duration limit) {
        try {
            return Optional.of(model().awaitGivenUp(limit));
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }
}
