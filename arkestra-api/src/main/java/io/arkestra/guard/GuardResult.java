package io.arkestra.guard;

import java.util.List;

/**
 * A text after the guard. Use the factory: components that later releases add get their default there.
 *
 * @param text the text with every finding replaced
 * @param findings what was found, in order of position
 */
public record GuardResult(String text, List<GuardFinding> findings) {
    public GuardResult {
        findings = List.copyOf(findings);
    }

    public static GuardResult of(String text, List<GuardFinding> findings) {
        return new GuardResult(text, findings);
    }

    /** Whether anything was replaced. */
    public boolean changed() {
        return !findings.isEmpty();
    }
}
