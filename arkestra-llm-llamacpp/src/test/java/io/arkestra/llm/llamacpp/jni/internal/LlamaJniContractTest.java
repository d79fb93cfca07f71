package io.arkestra.llm.llamacpp.jni.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.Sampling;
import io.arkestra.llm.TokenCount;
import io.arkestra.testkit.LlmClientContract;
import io.arkestra.testkit.TinyGguf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** The contract of language models with real inference in the worker process. */
class LlamaJniContractTest implements LlmClientContract {
    @TempDir
    Path directory;

    @Override
    public LlmRequest.Builder request() {
        return LlmRequest.builder("senior")
                .message(LlmMessage.system("You answer briefly."))
                .message(LlmMessage.user("How are you?"))
                .sampling(Sampling.maxTokens(30_000).temperature(0))
                .deadline(Duration.ofSeconds(120));
    }

    @Override
    public Optional<LlmClient> answering(String text) {
        return Optional.of(open(TinyGguf.saying(text), 32_768));
    }

    @Override
    public Optional<LlmClient> hangingBeforeFirstToken() {
        return hangingAfter("");
    }

    @Override
    public Optional<LlmClient> hangingAfter(String piece) {
        LlmClient client = open(TinyGguf.fallingSilentAfter(piece), 32_768);
        client.probe();
        return Optional.of(client);
    }

    @Override
    public Optional<LlmClient> breakingAfter(String piece) {
        LlamaJniClient client = open(TinyGguf.fallingSilentAfter(piece), 32_768);
        return Optional.of(new Breaking(client));
    }

    @Override
    public Optional<LlmClient> overflowing() {
        return Optional.of(open(TinyGguf.saying("Fine."), 48));
    }

    @Override
    public Optional<LlmClient> away() {
        LlamaJniClient client = open(TinyGguf.saying("Fine."), 2048);
        try {
            Files.delete(client.settings().model());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Optional.of(client);
    }

    private LlamaJniClient open(TinyGguf model, int context) {
        try {
            Path file = model.write(Files.createTempFile(directory, "model", ".gguf"));
            return new LlamaJniClient(new JniSettings(file, context, 1), Clock.systemUTC());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the worker as soon as it has said something. */
    private record Breaking(LlamaJniClient client) implements LlmClient {
        @Override
        public LlmCapabilities capabilities() {
            return client.capabilities();
        }

        @Override
        public LlmHealth probe() {
            return client.probe();
        }

        @Override
        public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
            return client.generate(
                    request,
                    new LlmListener() {
                        @Override
                        public void onText(String delta) {
                            listener.onText(delta);
                            long pid =
                                    client.supervisor().process().orElseThrow().pid();
                            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                        }
                    },
                    cancel);
        }

        @Override
        public TokenCount countTokens(LlmRequest request) {
            return client.countTokens(request);
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
