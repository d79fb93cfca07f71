package io.arkestra.policy;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.llm.OutputQuality;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolSpec;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Something that is about to happen, as policies see it: everything that a decision may depend on is in it, so that a decision can be
 * explained and repeated. Immutable.
 */
public final class Action {
    private final String kind;
    private final String name;
    private final Set<String> capabilities;
    private final Json arguments;
    private final @Nullable ToolSpec tool;
    private final @Nullable OutputQuality quality;
    private final List<Target> targets;
    private final Set<Taint> taints;
    private final List<String> untrustedValues;
    private final boolean privateRead;
    private final boolean offPlan;
    private final boolean firstUse;
    private final CallCounts calls;
    private final Trust trust;
    private final String sandbox;
    private final Risk risk;
    private final @Nullable ZonedDateTime at;
    private final Set<String> unknown;

    private Action(Builder builder) {
        this.kind = builder.kind;
        this.name = builder.name;
        this.capabilities = Collections.unmodifiableSet(new TreeSet<>(builder.capabilities));
        this.arguments = builder.arguments;
        this.tool = builder.tool;
        this.quality = builder.quality;
        this.targets = List.copyOf(builder.targets);
        this.taints = Collections.unmodifiableSet(new TreeSet<>(builder.taints));
        this.untrustedValues = List.copyOf(builder.untrustedValues);
        this.privateRead = builder.privateRead;
        this.offPlan = builder.offPlan;
        this.firstUse = builder.firstUse;
        this.calls = builder.calls;
        this.trust = builder.trust;
        this.sandbox = builder.sandbox;
        this.risk = builder.risk;
        this.at = builder.at;
        this.unknown = Collections.unmodifiableSet(new TreeSet<>(builder.unknown));
    }

    /**
     * A call of a tool that nobody asked for yet: its arguments may become anything. Asked about when tools are offered to a model; what
     * is not denied then may still be denied when the arguments are known.
     */
    public static Action offer(ToolSpec tool) {
        return toolCall(tool, Json.emptyObject()).toBuilder()
                .unknown(Set.of(""))
                .build();
    }

    /** A call of a tool: with valid arguments, or with an empty object while it is only asked whether to offer the tool at all. */
    public static Action toolCall(ToolSpec tool, Json arguments) {
        return new Builder("tool.call", tool.name(), tool.capabilities(), arguments, tool).build();
    }

    /**
     * A call of a tool that a model asked for.
     *
     * @param quality how the model's answer came to be in the form that was asked for: a call in an answer that had to be mended may
     *     not be what the model meant
     */
    public static Action toolCall(ToolSpec tool, Json arguments, OutputQuality quality) {
        return toolCall(tool, arguments).toBuilder().quality(quality).build();
    }

    /**
     * Sending a prompt to a model that does not run on this machine. The arguments hold {@code backend}, {@code model} and
     * {@code role}; nothing of the prompt.
     *
     * @param backend name of the backend, for example {@code openai}
     * @param model the model; empty when it is not known
     * @param role what it is used for, for example {@code senior}
     */
    public static Action llmEgress(String backend, String model, String role) {
        return llmEgress(backend, model, "", role);
    }

    /**
     * Sending a prompt to a model that does not run on this machine. The arguments hold {@code backend}, {@code provider} (the same),
     * {@code model}, {@code host} and {@code role}; nothing of the prompt.
     *
     * @param backend id of the provider, for example {@code openai}, or {@code instance} for a client that the host made
     * @param model the model; empty when it is not known
     * @param host where the prompt goes; empty when it is not known
     * @param role what it is used for, for example {@code senior}
     */
    public static Action llmEgress(String backend, String model, String host, String role) {
        Json arguments = Json.object()
                .put("backend", backend)
                .put("provider", backend)
                .put("model", model)
                .put("host", host)
                .put("role", role)
                .build();
        return new Builder("llm.egress", backend, Set.of("network"), arguments, null).build();
    }

    /** The same action, to be told more about. */
    public Builder toBuilder() {
        Builder builder = new Builder(kind, name, capabilities, arguments, tool);
        builder.quality = quality;
        builder.targets = targets;
        builder.taints = taints;
        builder.untrustedValues = untrustedValues;
        builder.privateRead = privateRead;
        builder.offPlan = offPlan;
        builder.firstUse = firstUse;
        builder.calls = calls;
        builder.trust = trust;
        builder.sandbox = sandbox;
        builder.risk = risk;
        builder.at = at;
        builder.unknown = unknown;
        return builder;
    }

    /** The kind of action: {@code tool.call} or {@code llm.egress}. Later releases add more. */
    public String kind() {
        return kind;
    }

    /** What it is done with: the tool's name, or the backend's. */
    public String name() {
        return name;
    }

    /** What it needs to be allowed; sorted. */
    public Set<String> capabilities() {
        return capabilities;
    }

    /**
     * The arguments, valid against the tool's schema when the call is about to be made. An empty object before that, when the engine
     * asks which tools to offer to the model: a policy reads members as optional.
     */
    public Json arguments() {
        return arguments;
    }

    /** The tool, for a tool call. */
    public Optional<ToolSpec> tool() {
        return Optional.ofNullable(tool);
    }

    /**
     * For a tool call that is about to be made, how the answer that asks for it came to have its form: of one that had to be mended
     * nobody knows for sure that the model meant these arguments. Empty while it is only asked whether to offer the tool.
     */
    public Optional<OutputQuality> quality() {
        return Optional.ofNullable(quality);
    }

    /** What would be touched, as the tool resolved it. */
    public List<Target> targets() {
        return targets;
    }

    /** Untrusted sources that the model had seen when it asked for the call; sorted. */
    public Set<Taint> taints() {
        return taints;
    }

    /**
     * Values that decide where something goes or what is touched (recipients, addresses, accounts, paths) and that came from an untrusted
     * source alone: neither the user said them nor the address book knows them.
     */
    public List<String> untrustedValues() {
        return untrustedValues;
    }

    /** Whether the user's private data was read before in the same conversation, so that it could get out. */
    public boolean privateRead() {
        return privateRead;
    }

    /** Whether untrusted words were read and the call is not one that was planned before that. */
    public boolean offPlan() {
        return offPlan;
    }

    /** Whether the user never made a call of this tool before. */
    public boolean firstUse() {
        return firstUse;
    }

    /** When the user called this tool lately. */
    public CallCounts calls() {
        return calls;
    }

    /** How far the tool's code is trusted. */
    public Trust trust() {
        return trust;
    }

    /** What holds the tool in: a tier such as {@code S3}; empty for a tool in this process. */
    public String sandbox() {
        return sandbox;
    }

    /** How risky it is, as the engine counts. */
    public Risk risk() {
        return risk;
    }

    /** When, in the user's zone; empty when nobody said. */
    public Optional<ZonedDateTime> at() {
        return Optional.ofNullable(at);
    }

    /**
     * Arguments whose values nobody knows yet, as JSON pointers; the empty pointer stands for all of them. While it is not empty, targets
     * and what the conversation did are unknown too. Empty for a call that is about to be made; sorted.
     */
    public Set<String> unknown() {
        return unknown;
    }

    @Override
    public String toString() {
        return "Action[" + kind + " " + name + "]";
    }

    /** Tells more about an action. Not thread-safe. */
    public static final class Builder {
        private final String kind;
        private final String name;
        private final Set<String> capabilities;
        private Json arguments;
        private final @Nullable ToolSpec tool;
        private @Nullable OutputQuality quality;
        private List<Target> targets = List.of();
        private Set<Taint> taints = Set.of();
        private List<String> untrustedValues = List.of();
        private boolean privateRead;
        private boolean offPlan;
        private boolean firstUse;
        private CallCounts calls = CallCounts.NONE;
        private Trust trust = Trust.BUILT_IN;
        private String sandbox = "";
        private Risk risk = Risk.NONE;
        private @Nullable ZonedDateTime at;
        private Set<String> unknown = Set.of();

        private Builder(String kind, String name, Set<String> capabilities, Json arguments, @Nullable ToolSpec tool) {
            this.kind = kind;
            this.name = name;
            this.capabilities = capabilities;
            this.arguments = arguments;
            this.tool = tool;
        }

        public Builder arguments(Json value) {
            arguments = Objects.requireNonNull(value, "arguments");
            return this;
        }

        public Builder quality(OutputQuality value) {
            quality = Objects.requireNonNull(value, "quality");
            return this;
        }

        public Builder targets(List<Target> values) {
            targets = values;
            return this;
        }

        public Builder taints(Collection<Taint> values) {
            taints = new TreeSet<>(values);
            return this;
        }

        public Builder untrustedValues(List<String> values) {
            untrustedValues = values;
            return this;
        }

        public Builder privateRead(boolean value) {
            privateRead = value;
            return this;
        }

        public Builder offPlan(boolean value) {
            offPlan = value;
            return this;
        }

        public Builder firstUse(boolean value) {
            firstUse = value;
            return this;
        }

        public Builder calls(CallCounts value) {
            calls = Objects.requireNonNull(value, "calls");
            return this;
        }

        public Builder trust(Trust value) {
            trust = Objects.requireNonNull(value, "trust");
            return this;
        }

        public Builder sandbox(String tier) {
            sandbox = Objects.requireNonNull(tier, "tier");
            return this;
        }

        public Builder risk(Risk value) {
            risk = Objects.requireNonNull(value, "risk");
            return this;
        }

        public Builder at(ZonedDateTime value) {
            at = Objects.requireNonNull(value, "at");
            return this;
        }

        /** JSON pointers to arguments that are not known yet. */
        public Builder unknown(Set<String> pointers) {
            unknown = Set.copyOf(pointers);
            return this;
        }

        public Action build() {
            return new Action(this);
        }
    }
}
