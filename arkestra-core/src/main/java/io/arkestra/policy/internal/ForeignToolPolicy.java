package io.arkestra.policy.internal;

import io.arkestra.common.Scope;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import io.arkestra.tool.Platform;
import io.arkestra.tool.ToolSpec;
import java.util.Optional;

/** Denies tools that are made for another project or for other platforms. Immutable. */
public final class ForeignToolPolicy implements Policy {
    private final Platform platform;

    /** @param platform the one that this process runs on */
    public ForeignToolPolicy(Platform platform) {
        this.platform = platform;
    }

    /** Reasons go to the model: they do not name the project. */
    @Override
    public Decision decide(Action action, Scope scope) {
        Optional<ToolSpec> tool = action.tool();
        Decision decision = Decision.abstain();
        if (tool.flatMap(ToolSpec::project)
                .filter(project -> !scope.project().equals(Optional.of(project)))
                .isPresent()) {
            decision = Decision.deny("tools.project", "the tool is for another project");
        }
        if (tool.filter(spec -> !spec.platforms().isEmpty() && !spec.platforms().contains(platform))
                .isPresent()) {
            decision = decision.and(Decision.deny("tools.platform", "the tool does not work on this platform"));
        }
        return decision;
    }
}
