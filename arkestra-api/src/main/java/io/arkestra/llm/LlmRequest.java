package io.arkestra.llm;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.TurnId;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Everything a model needs for one answer. Immutable. */
public final class LlmRequest {
    private final Builder values;

    private LlmRequest(Builder values) {
        this.values = values;
    }

    /**
     * Starts a request.
     *
     * @param role what the model is used for, for example {@code junior} or {@code senior}; shows in logs and picks cache slots
     */
    public static Builder builder(String role) {
        return new Builder(role);
    }

    /** A builder that begins with everything of this request. */
    public Builder toBuilder() {
        return new Builder(values);
    }

    public String role() {
        return values.role;
    }

    public List<LlmMessage> messages() {
        return values.messages;
    }

    /** The last message, which is what the answer answers. */
    public Optional<LlmMessage> lastMessage() {
        return messages().isEmpty()
                ? Optional.empty()
                : Optional.of(messages().get(messages().size() - 1));
    }

    public OutputSpec output() {
        return values.output;
    }

    /**
     * The tools that the answer may ask for by the backend's own protocol. Only clients with {@link LlmCapabilities#nativeTools()} take
     * any; the engine's own prompts describe tools in words and want tool calls inside a JSON document.
     */
    public List<ToolSpec> tools() {
        return values.tools;
    }

    public ToolMode toolMode() {
        return values.toolMode;
    }

    public Sampling sampling() {
        return values.sampling;
    }

    public Reasoning reasoning() {
        return values.reasoning;
    }

    public CacheHint cache() {
        return values.cache;
    }

    public Deadlines deadlines() {
        return values.deadlines;
    }

    /** How long the whole call may take. */
    public Optional<Duration> deadline() {
        return values.deadlines.total();
    }

    /** Whom the call is for; empty for work of the engine itself. Decides about budgets and permissions, never sent anywhere. */
    public Optional<Scope> scope() {
        return Optional.ofNullable(values.scope);
    }

    /** The turn that the call is part of. */
    public Optional<TurnId> turn() {
        return Optional.ofNullable(values.turn);
    }

    /** Members for one kind of backend alone, passed on as they are; a client ignores those it does not know. */
    public Json extensions() {
        return values.extensions;
    }

    /** Shows no text of the prompt. */
    @Override
    public String toString() {
        return "LlmRequest[" + role() + ", messages=" + messages().size() + ", tools=" + tools().size() + ", "
                + sampling() + "]";
    }

    /** Builds {@link LlmRequest}. Not thread-safe. */
    public static final class Builder {
        private final String role;
        private List<LlmMessage> messages = new ArrayList<>();
        private List<ToolSpec> tools = new ArrayList<>();
        private OutputSpec output = OutputSpec.text();
        private ToolMode toolMode = ToolMode.AUTO;
        private Sampling sampling = Sampling.maxTokens(1024);
        private Reasoning reasoning = Reasoning.DEFAULT;
        private CacheHint cache = CacheHint.NONE;
        private Deadlines deadlines = Deadlines.standard();
        private @Nullable Scope scope;
        private @Nullable TurnId turn;
        private Json extensions = Json.emptyObject();

        private Builder(String role) {
            this.role = Objects.requireNonNull(role, "role");
        }

        private Builder(Builder other) {
            role = other.role;
            messages = new ArrayList<>(other.messages);
            tools = new ArrayList<>(other.tools);
            output = other.output;
            toolMode = other.toolMode;
            sampling = other.sampling;
            reasoning = other.reasoning;
            cache = other.cache;
            deadlines = other.deadlines;
            scope = other.scope;
            turn = other.turn;
            extensions = other.extensions;
        }

        public Builder message(LlmMessage message) {
            messages.add(Objects.requireNonNull(message, "message"));
            return this;
        }

        public Builder messages(List<LlmMessage> more) {
            messages.addAll(more);
            return this;
        }

        /** Instead of the messages so far. */
        public Builder replaceMessages(List<LlmMessage> all) {
            messages = new ArrayList<>(all);
            return this;
        }

        public Builder tools(List<ToolSpec> specs) {
            tools.addAll(specs);
            return this;
        }

        /** Instead of the tools so far. */
        public Builder replaceTools(List<ToolSpec> all) {
            tools = new ArrayList<>(all);
            return this;
        }

        public Builder toolMode(ToolMode value) {
            toolMode = Objects.requireNonNull(value, "value");
            return this;
        }

        public Builder output(OutputSpec value) {
            output = Objects.requireNonNull(value, "value");
            return this;
        }

        public Builder sampling(Sampling value) {
            sampling = Objects.requireNonNull(value, "value");
            return this;
        }

        public Builder reasoning(Reasoning value) {
            reasoning = Objects.requireNonNull(value, "value");
            return this;
        }

        public Builder cache(CacheHint value) {
            cache = Objects.requireNonNull(value, "value");
            return this;
        }

        public Builder deadlines(Deadlines value) {
            deadlines = Objects.requireNonNull(value, "value");
            return this;
        }

        /** How long the whole call may take. */
        public Builder deadline(Duration value) {
            deadlines = deadlines.total(value);
            return this;
        }

        public Builder scope(Scope value) {
            scope = Objects.requireNonNull(value, "value");
            return this;
        }

        public Builder turn(TurnId value) {
            turn = Objects.requireNonNull(value, "value");
            return this;
        }

        public Builder extensions(Json value) {
            if (!value.isObject()) {
                throw new InvalidInputException("extensions of a model call must be a JSON object");
            }
            extensions = value;
            return this;
        }

        public LlmRequest build() {
            Builder copy = new Builder(this);
            copy.messages = List.copyOf(copy.messages);
            copy.tools = List.copyOf(copy.tools);
            return new LlmRequest(copy);
        }
    }
}
