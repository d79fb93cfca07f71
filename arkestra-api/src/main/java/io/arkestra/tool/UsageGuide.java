package io.arkestra.tool;

import io.arkestra.policy.Risk;
import java.util.List;
import java.util.Objects;

/**
 * How to use a tool, for models that choose one and for people. Immutable; made by the engine from the {@link ToolSpec}, refined by a
 * model when there is one, and amended by how the calls went.
 *
 * @param tool name of the tool
 * @param version version of the tool that this is about
 * @param title a few words
 * @param summary one sentence
 * @param preconditions what must be so before, one sentence each
 * @param arguments the arguments in brief, one line each
 * @param goodFor what it is for
 * @param notFor what it is not for
 * @param constraints limits and what was learned from calls, for example how often they fail and why
 * @param examples sentences of users that it is for
 * @param risk how risky a call is at least
 */
public record UsageGuide(
        String tool,
        String version,
        String title,
        String summary,
        List<String> preconditions,
        List<String> arguments,
        List<String> goodFor,
        List<String> notFor,
        List<String> constraints,
        List<String> examples,
        Risk.Level risk) {
    public UsageGuide {
        Objects.requireNonNull(tool, "tool");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(summary, "summary");
        preconditions = List.copyOf(preconditions);
        arguments = List.copyOf(arguments);
        goodFor = List.copyOf(goodFor);
        notFor = List.copyOf(notFor);
        constraints = List.copyOf(constraints);
        examples = List.copyOf(examples);
        Objects.requireNonNull(risk, "risk");
    }
}
