package io.arkestra.guard;

import java.util.List;

/**
 * A text after the guard. Use the factory: components that later releases add get their default there.
 *
 * @param text the text with every finding replaced
 * @param findings what was found, in order of position
 * @param blocked whether a value was found that must not go this way at all; the text ends before it and should not be passed on
 */
public record GuardResult(String text, List<GuardFinding> findings, boolean blocked) {
    public GuardResult {
        findings = List.copyOf(findings);
    }

    public static GuardResult of(String text, List<GuardFinding> findings) {
        return new GuardResult(text, findings, false);
    }

    /** The same as a result that must not be passed on. */
    public GuardResult asBlocked() {
        return new GuardResult(text, findings, true);
    }

    /** Whether anything was replaced. */
    public boolean changed() {
        return !findings.isEmpty();
    }
}
