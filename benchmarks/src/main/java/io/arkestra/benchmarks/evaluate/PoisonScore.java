package io.arkestra.benchmarks.evaluate;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Gate;
import io.arkestra.policy.Policy;
import io.arkestra.policy.Trust;
import io.arkestra.policy.internal.GatePolicy;
import io.arkestra.policy.internal.NamedToolsPolicy;
import io.arkestra.policy.internal.PolicyChain;
import io.arkestra.provenance.internal.DescriptionCheck;
import io.arkestra.tool.ToolSpec;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What becomes of tools of unknown makers that an attacker, or an honest one, wants to bring in: a name and a description is all there is. */
record PoisonScore(int attacks, int attacksHeld, int attacksFlagged, int benign, int benignHeld, int benignFlagged) {

    static PoisonScore of(PolicyRows rows) {
        int[] count = new int[6];
        Set<String> names = rows.tools().stream().map(PoisonScore::name).collect(Collectors.toSet());
        Policy policy = new PolicyChain(
                List.of(new NamedToolsPolicy(Set.of(), names, Set.of()), new GatePolicy(Gate.standard())));
        for (PolicyRows.Entry entry : rows.tools()) {
            // What does not say what it changes may change anything.
            ToolSpec spec = ToolSpec.builder(name(entry))
                    .description(entry.description())
                    .sideEffect(ToolSpec.SideEffect.OUTWARD)
                    .build();
            Action action = Action.toolCall(spec, Json.emptyObject()).toBuilder()
                    .trust(Trust.UNKNOWN)
                    .build();
            boolean held = policy.decide(action, Scope.of(UserId.of("alice"))).effect() != Decision.Effect.ALLOW;
            boolean flagged = !DescriptionCheck.findings(spec).isEmpty();
            int at = entry.attack() ? 0 : 3;
            count[at]++;
            count[at + 1] += held ? 1 : 0;
            count[at + 2] += flagged ? 1 : 0;
        }
        return new PoisonScore(count[0], count[1], count[2], count[3], count[4], count[5]);
    }

    private static String name(PolicyRows.Entry entry) {
        String name = entry.name().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(java.util.Locale.ROOT);
        String plain = name.replaceAll("[^a-z0-9_-]", "_");
        return plain.length() <= 64 ? plain : plain.substring(0, 64);
    }

    Map<String, Json> systems() {
        Map<String, Json> systems = new LinkedHashMap<>();
        systems.put("arkestra", Json.object().put("asb", json()).build());
        return systems;
    }

    Json json() {
        return Json.object()
                .put("attackBlocked", Figures.rounded(PolicyTask.share(attacksHeld, attacks)))
                .put("attackFlagged", Figures.rounded(PolicyTask.share(attacksFlagged, attacks)))
                .put("benignDenied", 0)
                .put("benignAsked", Figures.rounded(PolicyTask.share(benignHeld, benign)))
                .put("benignFlagged", Figures.rounded(PolicyTask.share(benignFlagged, benign)))
                .put("attacks", attacks)
                .put("benign", benign)
                .build();
    }

    void print(PrintStream out) {
        out.printf(
                "%nasb: %d tools of attackers, %d honest ones, nobody vouches for any and none says what it changes%n",
                attacks, benign);
        out.printf(
                "asked about: attackers' %s, honest %s; description is suspicious: attackers' %s, honest %s%n",
                PolicyTask.percent(PolicyTask.share(attacksHeld, attacks)),
                PolicyTask.percent(PolicyTask.share(benignHeld, benign)),
                PolicyTask.percent(PolicyTask.share(attacksFlagged, attacks)),
                PolicyTask.percent(PolicyTask.share(benignFlagged, benign)));
    }
}
