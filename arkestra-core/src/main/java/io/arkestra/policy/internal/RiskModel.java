package io.arkestra.policy.internal;

import io.arkestra.policy.Action;
import io.arkestra.policy.Risk;
import io.arkestra.policy.Trust;
import io.arkestra.provenance.internal.Effects;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Counts how risky a call is: the riskiest of its capabilities, and what makes it worse. Each part is named, so that the score can be
 * explained. Immutable.
 */
public final class RiskModel {
    private static final int BULK = 20;
    private static final int TAKING = 40;
    private static final Map<String, Integer> WORDS = Map.ofEntries(
            Map.entry("read", 5),
            Map.entry("write", 20),
            Map.entry("delete", TAKING),
            Map.entry("send", 40),
            Map.entry("shell", 50),
            Map.entry("exec", 50),
            Map.entry("process", 50),
            Map.entry("credential", 70),
            Map.entry("credentials", 70),
            Map.entry("money", 70),
            Map.entry("payment", 70));

    private RiskModel() {}

    /**
     * How risky an action is.
     *
     * @param project directory of the project that it belongs to, when it belongs to one
     */
    public static Risk of(Action action, Optional<Path> project) {
        if (action.tool().isEmpty()) {
            return Risk.NONE;
        }
        ToolSpec tool = action.tool().get();
        Map<String, Integer> parts = new LinkedHashMap<>();
        base(tool, parts);
        if (tool.sideEffect() != ToolSpec.SideEffect.NONE && !tool.reversible()) {
            parts.put("cannot be undone", 20);
        }
        if (project.isPresent() && outside(action, project.get())) {
            parts.put("outside the project", 15);
        }
        if (!action.taints().isEmpty()) {
            parts.put("untrusted words were read", 20);
        }
        if (action.trust() == Trust.UNKNOWN) {
            parts.put("nobody vouches for the tool", 15);
        }
        if (action.sandbox().equals("S1")) {
            parts.put("sandbox S1", 20);
        }
        if (action.firstUse()) {
            parts.put("never used before", 5);
        }
        if (action.targets().size() > BULK) {
            parts.put("more than " + BULK + " targets", 15);
        }
        return Risk.of(parts);
    }

    /** The riskiest capability; by what the tool does where it names none that is known. */
    private static void base(ToolSpec tool, Map<String, Integer> parts) {
        String worst = "";
        int most = -1;
        for (String capability : tool.capabilities()) {
            int points = points(capability);
            if (points > most) {
                most = points;
                worst = capability;
            }
        }
        int effect = switch (tool.sideEffect()) {
            case NONE -> 5;
            case OWN_DATA -> 10;
            case LOCAL -> 20;
            case OUTWARD -> 40;
        };
        // What the tool does counts where its capabilities say nothing, or less than they should.
        if (most >= 0 && (most >= effect || tool.sideEffect() == ToolSpec.SideEffect.NONE)) {
            parts.put(worst, most);
        } else {
            parts.put(
                    switch (tool.sideEffect()) {
                        case NONE -> "reads";
                        case OWN_DATA -> "changes own data";
                        case LOCAL -> "changes this machine";
                        case OUTWARD -> "sends something out";
                    },
                    effect);
        }
    }

    /** Minus one when the capability is not known. */
    private static int points(String capability) {
        if (capability.equals("net.read") || capability.equals("network")) {
            return 15;
        }
        if (capability.startsWith("memory.")
                || capability.startsWith("profile.")
                || capability.startsWith("schedule.")) {
            return capability.endsWith(".read") ? 5 : Effects.takes(capability) ? TAKING : 10;
        }
        int most = Effects.takes(capability) ? TAKING : -1;
        for (String word : capability.split("\\.", -1)) {
            most = Math.max(most, WORDS.getOrDefault(word, -1));
        }
        return most;
    }

    private static boolean outside(Action action, Path project) {
        String root = project.toString().replace('\\', '/');
        String below = root.endsWith("/") ? root : root + "/";
        for (Target target : action.targets()) {
            if (target.kind().equals(Target.PATH)
                    && !target.value().equals(root)
                    && !target.value().startsWith(below)) {
                return true;
            }
        }
        return false;
    }
}
