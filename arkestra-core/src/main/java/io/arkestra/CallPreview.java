package io.arkestra;

import io.arkestra.policy.Decision;
import java.util.List;
import java.util.Objects;

/**
 * A call that a rehearsed turn would have made.
 *
 * @param call id of the call in the turn
 * @param tool name of the tool
 * @param arguments as the model wrote them
 * @param decision what the policy says: {@link Decision.Effect#ASK} means that a person would have been asked
 * @param effects one sentence for each change
 * @param preview a longer view, for example a unified diff; may be empty
 */
public record CallPreview(
        String call, String tool, String arguments, Decision decision, List<String> effects, String preview) {
    public CallPreview {
        Objects.requireNonNull(call, "call");
        Objects.requireNonNull(tool, "tool");
        Objects.requireNonNull(arguments, "arguments");
        Objects.requireNonNull(decision, "decision");
        effects = List.copyOf(effects);
        Objects.requireNonNull(preview, "preview");
    }
}
