package io.arkestra.common;

import java.util.ArrayList;
import java.util.List;

/**
 * How well a part works. Use the factories: components that later releases add get their default there.
 *
 * @param status the worst of what was found
 * @param findings what is not as it should be, what that costs and how to mend it, in sentences for people
 */
public record Health(Status status, List<String> findings) {
    /** From best to worst. */
    public enum Status {
        /** Everything works. */
        GREEN,
        /** It works, but not as well as it could. */
        YELLOW,
        /** Something does not work. */
        RED
    }

    public Health {
        findings = List.copyOf(findings);
    }

    public static Health green() {
        return new Health(Status.GREEN, List.of());
    }

    public static Health yellow(List<String> findings) {
        return new Health(Status.YELLOW, findings);
    }

    public static Health red(List<String> findings) {
        return new Health(Status.RED, findings);
    }

    /** Both together: the worse status, all findings. */
    public Health and(Health other) {
        List<String> all = new ArrayList<>(findings);
        all.addAll(other.findings);
        return new Health(status.compareTo(other.status) >= 0 ? status : other.status, all);
    }
}
