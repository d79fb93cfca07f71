package io.arkestra.policy;

import io.arkestra.common.Json;
import io.arkestra.llm.OutputQuality;
import io.arkestra.tool.ToolSpec;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Something that is about to happen, as policies see it. Immutable. */
public final class Action {
    private final String kind;
    private final String name;
    private final Set<String> capabilities;
    private final Json arguments;
    private final @Nullable ToolSpec tool;
    private final @Nullable OutputQuality quality;

    private Action(
            String kind,
            String name,
            Set<String> capabilities,
            Json arguments,
            @Nullable ToolSpec tool,
            @Nullable OutputQuality quality) {
        this.kind = kind;
        this.name = name;
        this.capabilities = java.util.Collections.unmodifiableSet(new TreeSet<>(capabilities));
        this.arguments = arguments;
        this.tool = tool;
        this.quality = quality;
    }

    /** A call of a tool: with valid arguments, or with an empty object while it is only asked whether to offer the tool at all. */
    public static Action toolCall(ToolSpec tool, Json arguments) {
        return new Action("tool.call", tool.name(), tool.capabilities(), arguments, tool, null);
    }

    /**
     * A call of a tool that a model asked for.
     *
     * @param quality how the model's answer came to be in the form that was asked for: a call in an answer that had to be mended may
     *     not be what the model meant
     */
    public static Action toolCall(ToolSpec tool, Json arguments, OutputQuality quality) {
        return new Action("tool.call", tool.name(), tool.capabilities(), arguments, tool, quality);
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
        return new Action("llm.egress", backend, Set.of("network"), arguments, null, null);
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

    @Override
    public String toString() {
        return "Action[" + kind + " " + name + "]";
    }
}
