package io.arkestra.llm.openai;

import io.arkestra.common.ConfigException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How one kind of server speaks the OpenAI dialect. The constants describe servers that are known; {@link #toBuilder()} describes another
 * one by what it does differently. Immutable.
 */
public final class OpenAiDialect {
    /** How a schema is asked for. New values may be added: a {@code switch} over them needs a default branch. */
    public enum SchemaForm {
        /** As {@code response_format.json_schema.schema}, rewritten for OpenAI's strict mode. */
        STRICT,
        /** In the same place, as it is. */
        NESTED
    }

    /** How {@link io.arkestra.llm.Reasoning} is passed on. New values may be added: a {@code switch} over them needs a default branch. */
    public enum ReasoningForm {
        /** Not at all. */
        NONE,
        /** As {@code reasoning_effort}, which cannot be off: off is {@code low}. */
        EFFORT,
        /** As {@code reasoning_effort}, off being {@code none}. */
        EFFORT_OR_NONE,
        /** As {@code chat_template_kwargs.enable_thinking} and {@code .reasoning_effort}. */
        TEMPLATE
    }

    private static final Pattern REASONING_MODEL = Pattern.compile("o\\d|gpt-5");

    private static final Set<String> OPENAI_MEMBERS = Set.of(
            "frequency_penalty",
            "logit_bias",
            "metadata",
            "presence_penalty",
            "prompt_cache_key",
            "service_tier",
            "store",
            "user",
            "verbosity");

    private static final Set<String> SAMPLER_MEMBERS = Set.of(
            "chat_template_kwargs",
            "frequency_penalty",
            "logit_bias",
            "min_p",
            "presence_penalty",
            "repeat_penalty",
            "repetition_penalty",
            "top_k");

    /** OpenAI's models that do not reason. */
    public static final OpenAiDialect OPENAI = new Builder("openai")
            .baseUrl("https://api.openai.com/v1")
            .schemaForm(SchemaForm.STRICT)
            .schemaKeywordsIgnored(StrictSchema.DROPPED)
            .contextTokens(128_000)
            .extensionMembers(OPENAI_MEMBERS)
            .build();

    /** OpenAI's models that reason: another name for the token limit, no temperature, no stop texts. */
    public static final OpenAiDialect OPENAI_REASONING = OPENAI.toBuilder("openai-reasoning")
            .maxTokensMember("max_completion_tokens")
            .temperatureAllowed(false)
            .stopAllowed(false)
            .reasoningForm(ReasoningForm.EFFORT)
            .build();

    /** llama-server of llama.cpp. */
    public static final OpenAiDialect LLAMA_SERVER = new Builder("llama-server")
            .dottedToolNames(true)
            .healthPath("/health")
            .modelNeeded(false)
            .prefixCache(true)
            .reasoningForm(ReasoningForm.TEMPLATE)
            .schemaKeywordsIgnored(Set.of("pattern", "minimum", "maximum", "uniqueItems"))
            .extensionMembers(
                    union(SAMPLER_MEMBERS, Set.of("cache_prompt", "grammar", "id_slot", "n_probs", "reasoning_format")))
            .build();

    /** LM Studio. */
    public static final OpenAiDialect LM_STUDIO = new Builder("lm-studio")
            .baseUrl("http://127.0.0.1:1234/v1")
            .schemaKeywordsIgnored(Set.of("pattern", "minimum", "maximum", "uniqueItems"))
            .extensionMembers(union(SAMPLER_MEMBERS, Set.of("ttl")))
            .build();

    /** vLLM. */
    public static final OpenAiDialect VLLM = new Builder("vllm")
            .baseUrl("http://127.0.0.1:8000/v1")
            .reasoningForm(ReasoningForm.TEMPLATE)
            .prefixCache(true)
            .extensionMembers(union(SAMPLER_MEMBERS, Set.of("ignore_eos", "priority", "structured_outputs")))
            .build();

    /** The part of Ollama that speaks this dialect, under {@code /v1}. */
    public static final OpenAiDialect OLLAMA_V1 = new Builder("ollama")
            .baseUrl("http://127.0.0.1:11434/v1")
            .reasoningForm(ReasoningForm.EFFORT_OR_NONE)
            .prefixCache(true)
            .extensionMembers(SAMPLER_MEMBERS)
            .build();

    private static final List<OpenAiDialect> KNOWN =
            List.of(OPENAI, OPENAI_REASONING, LLAMA_SERVER, LM_STUDIO, VLLM, OLLAMA_V1);

    private final Builder values;

    private OpenAiDialect(Builder values) {
        this.values = values;
    }

    /** The known dialects. */
    public static List<OpenAiDialect> known() {
        return KNOWN;
    }

    /** @throws ConfigException when there is none of this name; names those that there are */
    public static OpenAiDialect named(String name) {
        return KNOWN.stream()
                .filter(dialect -> dialect.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ConfigException("dialect is " + name + "; expected one of "
                        + KNOWN.stream().map(OpenAiDialect::name).toList()));
    }

    /** The dialect of one of OpenAI's own models, by its name. */
    static OpenAiDialect ofOpenAiModel(String model) {
        return REASONING_MODEL.matcher(model).lookingAt() ? OPENAI_REASONING : OPENAI;
    }

    /** A builder of a dialect that differs from this one. */
    public Builder toBuilder(String name) {
        return new Builder(name, values);
    }

    public String name() {
        return values.name;
    }

    /** The member that limits the tokens of an answer. */
    public String maxTokensMember() {
        return values.maxTokensMember;
    }

    /** Whether temperature and nucleus sampling are accepted; they are left out otherwise. */
    public boolean temperatureAllowed() {
        return values.temperatureAllowed;
    }

    /** Whether texts that end the answer are accepted; they are left out otherwise. */
    public boolean stopAllowed() {
        return values.stopAllowed;
    }

    public SchemaForm schemaForm() {
        return values.schemaForm;
    }

    /** Keywords of JSON Schema that the server does not enforce. */
    public Set<String> schemaKeywordsIgnored() {
        return values.schemaKeywordsIgnored;
    }

    /** Whether {@code stream_options.include_usage} is accepted. */
    public boolean streamOptions() {
        return values.streamOptions;
    }

    public ReasoningForm reasoningForm() {
        return values.reasoningForm;
    }

    /** The members of a message in which the server puts what the model thinks. */
    public List<String> thinkingMembers() {
        return values.thinkingMembers;
    }

    /** Whether names of tools may hold dots; otherwise a dot is sent as two underscores and read back. */
    public boolean dottedToolNames() {
        return values.dottedToolNames;
    }

    /** Members of {@link io.arkestra.llm.LlmRequest#extensions()} that are passed on; others are ignored. */
    public Set<String> extensionMembers() {
        return values.extensionMembers;
    }

    /** Types and codes of errors that mean that a prompt is too long. */
    public Set<String> overflowTypes() {
        return values.overflowTypes;
    }

    /** Where the server tells, without credentials, whether it is ready; empty when it does not. */
    public String healthPath() {
        return values.healthPath;
    }

    /** Whether a call must name a model. */
    public boolean modelNeeded() {
        return values.modelNeeded;
    }

    /** Whether evaluated beginnings of prompts are kept. */
    public boolean prefixCache() {
        return values.prefixCache;
    }

    /** Tokens of context, unless the client is told otherwise. */
    public int contextTokens() {
        return values.contextTokens;
    }

    /** Where the server is found when nobody says otherwise. */
    public String baseUrl() {
        return values.baseUrl;
    }

    /** Whether it is a cloud's, wherever its address seems to be. */
    boolean cloud() {
        return values.schemaForm == SchemaForm.STRICT;
    }

    @Override
    public String toString() {
        return "OpenAiDialect[" + name() + "]";
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> both = new java.util.TreeSet<>(one);
        both.addAll(other);
        return Set.copyOf(both);
    }

    /** Builds {@link OpenAiDialect}. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private String maxTokensMember = "max_tokens";
        private boolean temperatureAllowed = true;
        private boolean stopAllowed = true;
        private SchemaForm schemaForm = SchemaForm.NESTED;
        private Set<String> schemaKeywordsIgnored = Set.of();
        private boolean streamOptions = true;
        private ReasoningForm reasoningForm = ReasoningForm.NONE;
        private List<String> thinkingMembers = List.of("reasoning_content", "reasoning");
        private boolean dottedToolNames;
        private Set<String> extensionMembers = Set.of();
        private Set<String> overflowTypes = Set.of("exceed_context_size_error", "context_length_exceeded");
        private String healthPath = "";
        private boolean modelNeeded = true;
        private boolean prefixCache;
        private int contextTokens = 8_192;
        private String baseUrl = "http://127.0.0.1:8080/v1";

        private Builder(String name) {
            this.name = name;
        }

        private Builder(String name, Builder other) {
            this.name = name;
            maxTokensMember = other.maxTokensMember;
            temperatureAllowed = other.temperatureAllowed;
            stopAllowed = other.stopAllowed;
            schemaForm = other.schemaForm;
            schemaKeywordsIgnored = other.schemaKeywordsIgnored;
            streamOptions = other.streamOptions;
            reasoningForm = other.reasoningForm;
            thinkingMembers = other.thinkingMembers;
            dottedToolNames = other.dottedToolNames;
            extensionMembers = other.extensionMembers;
            overflowTypes = other.overflowTypes;
            healthPath = other.healthPath;
            modelNeeded = other.modelNeeded;
            prefixCache = other.prefixCache;
            contextTokens = other.contextTokens;
            baseUrl = other.baseUrl;
        }

        public Builder maxTokensMember(String value) {
            maxTokensMember = value;
            return this;
        }

        public Builder temperatureAllowed(boolean value) {
            temperatureAllowed = value;
            return this;
        }

        public Builder stopAllowed(boolean value) {
            stopAllowed = value;
            return this;
        }

        public Builder schemaForm(SchemaForm value) {
            schemaForm = value;
            return this;
        }

        public Builder schemaKeywordsIgnored(Set<String> value) {
            schemaKeywordsIgnored = Set.copyOf(value);
            return this;
        }

        public Builder streamOptions(boolean value) {
            streamOptions = value;
            return this;
        }

        public Builder reasoningForm(ReasoningForm value) {
            reasoningForm = value;
            return this;
        }

        public Builder thinkingMembers(List<String> value) {
            thinkingMembers = List.copyOf(value);
            return this;
        }

        public Builder dottedToolNames(boolean value) {
            dottedToolNames = value;
            return this;
        }

        public Builder extensionMembers(Set<String> value) {
            extensionMembers = Set.copyOf(value);
            return this;
        }

        public Builder overflowTypes(Set<String> value) {
            overflowTypes = Set.copyOf(value);
            return this;
        }

        public Builder healthPath(String value) {
            healthPath = value;
            return this;
        }

        public Builder modelNeeded(boolean value) {
            modelNeeded = value;
            return this;
        }

        public Builder prefixCache(boolean value) {
            prefixCache = value;
            return this;
        }

        public Builder contextTokens(int value) {
            contextTokens = value;
            return this;
        }

        public Builder baseUrl(String value) {
            baseUrl = value;
            return this;
        }

        public OpenAiDialect build() {
            return new OpenAiDialect(new Builder(name, this));
        }
    }
}
