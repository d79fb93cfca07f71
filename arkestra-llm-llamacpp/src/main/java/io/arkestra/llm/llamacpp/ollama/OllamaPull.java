package io.arkestra.llm.llamacpp.ollama;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.common.Subscription;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmException.Reason;
import io.arkestra.llm.LlmTimeout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Has an Ollama fetch models, and lists what it has. It fetches by itself; this asks first, passes on how far it is, and makes errors typed.
 * What a pull that broke off has received stays with Ollama, and the next one goes on from there. Thread-safe.
 */
public final class OllamaPull {
    private static final Duration LIST_LIMIT = Duration.ofSeconds(10);

    /** Somebody who decides. May block, for example until a person has answered. */
    @FunctionalInterface
    public interface Consent {
        /** Whether the model may be fetched. */
        boolean allow(Offer offer);
    }

    /**
     * What is put before somebody who decides. Its size only Ollama's registry knows; it is told as the pull goes on.
     *
     * @param model its name
     * @param server where the Ollama is that would fetch it
     * @param directory where that Ollama keeps models, if it is on this machine and keeps them where this user's would
     * @param freeSpace bytes free there
     */
    public record Offer(String model, String server, Optional<Path> directory, OptionalLong freeSpace) {}

    /** Hears how far a pull is. Called on the thread that pulls; must be quick. */
    @FunctionalInterface
    public interface Progress {
        void onProgress(State state);

        /** Hears nothing. */
        static Progress none() {
            return state -> {};
        }
    }

    /**
     * @param status in Ollama's words
     * @param digest of the layer that is fetched, if one is
     * @param completed bytes of that layer that are there, those of an earlier pull included
     * @param total bytes of that layer
     */
    public record State(String status, Optional<String> digest, OptionalLong completed, OptionalLong total) {}

    /**
     * A model that is there.
     *
     * @param name with its tag
     * @param bytes on disk; 0 when it is computed elsewhere
     */
    public record Installed(String name, long bytes) {}

    private final OllamaServer server;
    private final @Nullable Consent consent;
    private final boolean offline;
    private final Duration idle;

    private OllamaPull(Builder builder) {
        server = new OllamaServer(builder.address, Optional::empty);
        consent = builder.consent;
        offline = builder.offline;
        idle = builder.idle;
    }

    /**
     * Starts with where the Ollama is.
     *
     * @param address as {@code OLLAMA_HOST} may be; empty for what that says, or else for this machine's port 11434
     * @throws ConfigException when it is none
     */
    public static Builder at(String address) {
        return new Builder(address);
    }

    /**
     * Has the model fetched, or brought up to date. Blocks until it is there.
     *
     * @param model its name, for example {@code qwen3:4b}
     * @throws LlmException {@link Reason#DENIED} when it is offline, not allowed or the disk is full; {@link Reason#NOT_FOUND} when the
     *     registry has no such model; otherwise what went wrong, and when {@link LlmException#retryable()} the same call goes on where it was
     * @throws CancelledException when cancelled
     */
    public void pull(String model, Progress progress, Cancellation cancel) {
        if (!model.matches("[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}")) {
            throw new ConfigException(
                    "'" + model + "' is no name of a model of Ollama; expected for example 'qwen3:4b'");
        }
        if (offline) {
            throw new LlmException(
                    Reason.DENIED, "The model '" + model + "' was not pulled: this is offline; nothing was sent.");
        }
        ask(model);
        cancel.throwIfCancelled();
        String body =
                Json.object().put("model", model).put("stream", true).build().toString();
        try (OllamaReply reply = server.send("/api/pull", body, OllamaServer.CONNECT);
                Subscription onCancel = cancel.onCancel(reply::abort)) {
            server.accepted(reply, model, idle);
            follow(reply, model, progress);
        } catch (LlmException e) {
            cancel.throwIfCancelled();
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted");
        }
    }

    private void ask(String model) {
        if (consent == null) {
            throw new LlmException(
                    Reason.DENIED,
                    "The model '" + model + "' would have to be downloaded, and nobody can be asked. Run: ollama pull "
                            + model);
        }
        Optional<Path> directory = directory();
        Offer offer = new Offer(model, server.address().toString(), directory, free(directory));
        if (!consent.allow(offer)) {
            throw new LlmException(Reason.DENIED, "The pull of '" + model + "' was declined; nothing was fetched.");
        }
    }

    private Optional<Path> directory() {
        if (!server.address().loopback()) {
            return Optional.empty();
        }
        Path path = Optional.ofNullable(System.getenv("OLLAMA_MODELS"))
                .filter(text -> !text.isBlank())
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".ollama", "models"));
        return Files.isDirectory(path) ? Optional.of(path) : Optional.empty();
    }

    private static OptionalLong free(Optional<Path> directory) {
        if (directory.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Files.getFileStore(directory.get()).getUsableSpace());
        } catch (IOException e) {
            // It is only told.
            return OptionalLong.empty();
        }
    }

    private void follow(OllamaReply reply, String model, Progress progress) throws InterruptedException {
        while (true) {
            Object next = reply.line(idle.toNanos());
            if (next == OllamaReply.None.LATE) {
                throw server.late(LlmTimeout.Phase.IDLE, idle);
            }
            if (!(next instanceof String line)) {
                throw server.errors().endedEarly();
            }
            if (line.isBlank()) {
                continue;
            }
            Json json = server.parse(line);
            Optional<Json> error = json.get("error").filter(value -> !value.isNull());
            if (error.isPresent()) {
                throw failure(OllamaErrors.text(error.get()), model);
            }
            State state = new State(
                    json.string("status").orElse(""),
                    json.string("digest"),
                    bytes(json, "completed"),
                    bytes(json, "total"));
            progress.onProgress(state);
            if (state.status().equals("success")) {
                return;
            }
        }
    }

    private LlmException failure(String text, String model) {
        return text.contains("file does not exist") || text.contains("not found")
                ? new LlmException(
                        Reason.NOT_FOUND,
                        "Ollama's registry has no model '" + model
                                + "'; look for its name at https://ollama.com/library")
                : server.errors().inStream(text, model);
    }

    private static OptionalLong bytes(Json json, String key) {
        return json.integer(key).map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    /**
     * What the Ollama has.
     *
     * @throws LlmException when it is not there or does not say
     */
    public List<Installed> list() {
        try {
            return server.json("/api/tags", null, "", LIST_LIMIT).list("models").stream()
                    .map(model -> new Installed(
                            model.text("name"), model.integer("size").orElse(0L)))
                    .toList();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted");
        }
    }

    /** Builds {@link OllamaPull}. Not thread-safe. */
    public static final class Builder {
        private final OllamaAddress address;
        private @Nullable Consent consent;
        private boolean offline;
        private Duration idle = Duration.ofMinutes(10);

        private Builder(String address) {
            String host = Optional.ofNullable(System.getenv("OLLAMA_HOST")).orElse("");
            String fallback = host.isBlank() ? OllamaAddress.STANDARD : host;
            this.address = address.isBlank()
                    ? OllamaAddress.of("OLLAMA_HOST", fallback)
                    : OllamaAddress.of("The address of Ollama", address);
        }

        /** Who is asked before anything is sent; without, nothing is pulled. */
        public Builder consent(Consent value) {
            consent = value;
            return this;
        }

        /** Pulls nothing, whoever allows it. */
        public Builder offline(boolean value) {
            offline = value;
            return this;
        }

        /** How long the Ollama may say nothing; 10 minutes unless set, because it checks what it has fetched in silence. */
        public Builder idle(Duration value) {
            if (value.isZero() || value.isNegative()) {
                throw new ConfigException("idle is " + value + "; expected a duration above zero");
            }
            idle = value;
            return this;
        }

        public OllamaPull build() {
            return new OllamaPull(this);
        }
    }
}
