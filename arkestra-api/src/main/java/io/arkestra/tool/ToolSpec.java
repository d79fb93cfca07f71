package io.arkestra.tool;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.common.ProjectId;
import io.arkestra.common.Taint;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Describes a tool to people, models and policies. Immutable. */
public final class ToolSpec {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]*(\\.[a-z][a-z0-9_-]*)*");
    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+([-+][0-9A-Za-z.-]+)?");

    /** What a call does to the world. */
    public enum SideEffect {
        /** Nothing; it may be called again at will. */
        NONE,
        /** Changes what Arkestra itself keeps for the user. */
        OWN_DATA,
        /** Changes something on this machine. */
        LOCAL,
        /** Something leaves this machine. */
        OUTWARD
    }

    private final String name;
    private final String version;
    private final String description;
    private final Json arguments;
    private final Set<String> capabilities;
    private final SideEffect sideEffect;
    private final boolean reversible;
    private final Duration timeout;
    private final List<String> examples;
    private final @Nullable Json result;
    private final boolean idempotent;
    private final Set<Platform> platforms;
    private final CostClass cost;
    private final @Nullable String untrusted;
    private final @Nullable ProjectId project;
    private final String sandbox;

    private ToolSpec(Builder builder) {
        this.name = builder.name;
        this.version = builder.version;
        this.description = builder.description;
        this.arguments = builder.arguments;
        this.capabilities = java.util.Collections.unmodifiableSet(new TreeSet<>(builder.capabilities));
        this.sideEffect = builder.sideEffect;
        this.reversible = builder.reversible;
        this.timeout = builder.timeout;
        this.examples = List.copyOf(builder.examples);
        this.result = builder.result;
        this.idempotent = builder.idempotent || builder.sideEffect == SideEffect.NONE;
        this.platforms = java.util.Collections.unmodifiableSet(builder.platforms.clone());
        this.cost = builder.cost;
        this.untrusted = builder.untrusted;
        this.project = builder.project;
        this.sandbox = builder.sandbox;
    }

    /**
     * Starts a description.
     *
     * @param name lower-case words joined by dots, at most 64 characters, for example {@code note.create}
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    public String name() {
        return name;
    }

    /** Semantic version. */
    public String version() {
        return version;
    }

    /** What it does and when to use it, for models and people. */
    public String description() {
        return description;
    }

    /** JSON Schema of the arguments: an object, draft 2020-12 unless {@code $schema} says otherwise. */
    public Json arguments() {
        return arguments;
    }

    /** What it needs to be allowed, for example {@code memory.write}; sorted. */
    public Set<String> capabilities() {
        return capabilities;
    }

    public SideEffect sideEffect() {
        return sideEffect;
    }

    /** Whether {@link Tool#undo} works. */
    public boolean reversible() {
        return reversible;
    }

    /** How long a call may take. */
    public Duration timeout() {
        return timeout;
    }

    /** Sentences of users that this tool is for. */
    public List<String> examples() {
        return examples;
    }

    /** JSON Schema of {@link ToolResult#data()}; a result that does not fit is an error. Empty when anything goes. */
    public Optional<Json> result() {
        return Optional.ofNullable(result);
    }

    /** Whether a call may be made again after a failure without doing anything twice; always so for a tool without effects. */
    public boolean idempotent() {
        return idempotent;
    }

    /** Where it works; empty: everywhere. */
    public Set<Platform> platforms() {
        return platforms;
    }

    /** What a call costs, roughly. */
    public CostClass cost() {
        return cost;
    }

    /** The kind of {@linkplain io.arkestra.common.Taint taint} that every result has, because others write what it holds; empty: none. */
    public Optional<String> untrusted() {
        return Optional.ofNullable(untrusted);
    }

    /** The one project that it is for; empty: all. */
    public Optional<ProjectId> project() {
        return Optional.ofNullable(project);
    }

    /** What holds it in: a tier such as {@code S1}, limits without a sandbox; empty for a tool in this process. */
    public String sandbox() {
        return sandbox;
    }

    /** Whether it needs the network: one of its capabilities begins with {@code net.}. */
    public boolean networked() {
        return capabilities.stream().anyMatch(capability -> capability.startsWith("net."));
    }

    @Override
    public String toString() {
        return "ToolSpec[" + name + " " + version + "]";
    }

    /** The same tool in other words; everything that is checked stays as it is. */
    public ToolSpec withDescription(String words) {
        Builder builder = new Builder(name)
                .version(version)
                .description(words)
                .arguments(arguments)
                .sideEffect(sideEffect)
                .timeout(timeout)
                .cost(cost)
                .sandbox(sandbox);
        builder.capabilities.addAll(capabilities);
        builder.reversible = reversible;
        builder.examples = examples;
        builder.result = result;
        builder.idempotent = idempotent;
        builder.platforms.addAll(platforms);
        builder.untrusted = untrusted;
        builder.project = project;
        return builder.build();
    }

    /** Builds {@link ToolSpec}. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final Set<String> capabilities = new TreeSet<>();
        private String version = "1.0.0";
        private String description = "";
        private Json arguments = Json.object()
                .put("type", "object")
                .put("additionalProperties", false)
                .build();
        private SideEffect sideEffect = SideEffect.NONE;
        private boolean reversible;
        private Duration timeout = Duration.ofSeconds(30);
        private List<String> examples = List.of();
        private @Nullable Json result;
        private boolean idempotent;
        private final EnumSet<Platform> platforms = EnumSet.noneOf(Platform.class);
        private CostClass cost = CostClass.FREE;
        private @Nullable String untrusted;
        private @Nullable ProjectId project;
        private String sandbox = "";

        private Builder(String name) {
            if (name.length() > 64 || !NAME.matcher(name).matches()) {
                throw new ConfigException(
                        "Tool name '" + name
                                + "' must be lower-case words of letters, digits, - and _ joined by dots, at most 64 characters");
            }
            this.name = name;
        }

        public Builder version(String value) {
            if (!VERSION.matcher(value).matches()) {
                throw new ConfigException(
                        "Version '" + value + "' of tool '" + name + "' is not a semantic version such as 1.2.0");
            }
            version = value;
            return this;
        }

        public Builder description(String value) {
            description = value;
            return this;
        }

        /** The schema of the arguments as JSON. */
        public Builder arguments(Json schema) {
            if (schema.kind() != Json.Kind.OBJECT) {
                throw new ConfigException("The argument schema of tool '" + name + "' is not a JSON object");
            }
            arguments = schema;
            return this;
        }

        /** The schema of the arguments as JSON text. */
        public Builder arguments(String schema) {
            return arguments(Json.parse(schema));
        }

        public Builder capability(String value) {
            capabilities.add(value);
            return this;
        }

        public Builder sideEffect(SideEffect value) {
            sideEffect = value;
            return this;
        }

        public Builder reversible() {
            reversible = true;
            return this;
        }

        public Builder timeout(Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new ConfigException("Timeout of tool '" + name + "' is " + value + "; expected above zero");
            }
            timeout = value;
            return this;
        }

        public Builder examples(String... sentences) {
            examples = List.of(sentences);
            return this;
        }

        /** The schema of the result's data as JSON. */
        public Builder result(Json schema) {
            if (schema.kind() != Json.Kind.OBJECT) {
                throw new ConfigException("The result schema of tool '" + name + "' is not a JSON object");
            }
            result = schema;
            return this;
        }

        /** The schema of the result's data as JSON text. */
        public Builder result(String schema) {
            return result(Json.parse(schema));
        }

        /** A call with an effect may be tried again: the second time it changes nothing more. */
        public Builder idempotent() {
            idempotent = true;
            return this;
        }

        public Builder platforms(Platform... values) {
            platforms.addAll(List.of(values));
            return this;
        }

        public Builder cost(CostClass value) {
            cost = value;
            return this;
        }

        /**
         * Every result holds words of others.
         *
         * @param kind of taint, for example {@code web}
         */
        public Builder untrusted(String kind) {
            untrusted = Taint.of(kind, "").kind();
            return this;
        }

        public Builder project(ProjectId value) {
            project = value;
            return this;
        }

        /** What holds it in, for example {@code S1}. */
        public Builder sandbox(String tier) {
            sandbox = tier;
            return this;
        }

        public ToolSpec build() {
            if (description.isBlank()) {
                throw new ConfigException("Tool '" + name + "' has no description; models choose by it");
            }
            return new ToolSpec(this);
        }
    }
}
