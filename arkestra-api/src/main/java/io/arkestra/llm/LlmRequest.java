package io.arkestra.llm;

import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Everything a model needs for one answer. Immutable. */
public final class LlmRequest {
    private final String role;
    private final List<LlmMessage> messages;
    private final OutputSpec output;
    private final List<ToolSpec> tools;
    private final Sampling sampling;
    private final @Nullable Duration deadline;

    private LlmRequest(Builder builder) {
        this.role = builder.role;
        this.messages = List.copyOf(builder.messages);
        this.output = builder.output;
        this.tools = List.copyOf(builder.tools);
        this.sampling = builder.sampling;
        this.deadline = builder.deadline;
    }

    /**
     * Starts a request.
     *
     * @param role what the model is used for, for example {@code junior} or {@code senior}; shows in logs and picks cache slots
     */
    public static Builder builder(String role) {
        return new Builder(role);
    }

    public String role() {
        return role;
    }

    public List<LlmMessage> messages() {
        return messages;
    }

    /** The last message, which is what the answer answers. */
    public Optional<LlmMessage> lastMessage() {
        return messages.isEmpty() ? Optional.empty() : Optional.of(messages.get(messages.size() - 1));
    }

    public OutputSpec output() {
        return output;
    }

    /** The tools that the answer may ask for. */
    public List<ToolSpec> tools() {
        return tools;
    }

    public Sampling sampling() {
        return sampling;
    }

    /** How long the whole call may take. */
    public Optional<Duration> deadline() {
        return Optional.ofNullable(deadline);
    }

    /** Builds {@link LlmRequest}. Not thread-safe. */
    public static final class Builder {
        private final String role;
        private final List<LlmMessage> messages = new ArrayList<>();
        private final List<ToolSpec> tools = new ArrayList<>();
        private OutputSpec output = OutputSpec.text();
        private Sampling sampling = Sampling.maxTokens(1024);
        private @Nullable Duration deadline;

        private Builder(String role) {
            this.role = role;
        }

        public Builder message(LlmMessage message) {
            messages.add(message);
            return this;
        }

        public Builder messages(List<LlmMessage> more) {
            messages.addAll(more);
            return this;
        }

        public Builder tools(List<ToolSpec> specs) {
            tools.addAll(specs);
            return this;
        }

        public Builder output(OutputSpec value) {
            output = value;
            return this;
        }

        public Builder sampling(Sampling value) {
            sampling = value;
            return this;
        }

        public Builder deadline(Duration value) {
            deadline = value;
            return this;
        }

        public LlmRequest build() {
            return new LlmRequest(this);
        }
    }
}
