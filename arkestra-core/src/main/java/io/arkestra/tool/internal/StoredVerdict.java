package io.arkestra.tool.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What was decided about a call before it was made, as it is on record.
 *
 * @param effect the verdict; a call that was asked about and made was agreed to
 * @param rules ids of the rules that led to it
 * @param risk how risky it was, 0 to 100
 * @param taints untrusted sources that the model had seen
 */
public record StoredVerdict(Decision.Effect effect, List<String> rules, int risk, Set<Taint> taints) {
    private static final int MOST_RISK = 100;

    public StoredVerdict {
        rules = List.copyOf(rules);
        taints = Set.copyOf(taints);
    }

    static StoredVerdict of(Action action, Decision decision) {
        return new StoredVerdict(
                decision.effect(), decision.rules(), decision.risk().score(), action.taints());
    }

    /**
     * Reads what {@link #json} wrote.
     *
     * @param call the body of a record of a call; those of earlier versions say nothing of what was decided
     * @throws InvalidInputException when there is something else in its place
     */
    public static Optional<StoredVerdict> in(Json call) {
        return call.get("verdict").map(StoredVerdict::read);
    }

    private static StoredVerdict read(Json verdict) {
        String word = verdict.text("effect");
        Decision.Effect effect = Arrays.stream(Decision.Effect.values())
                .filter(one -> one.name().equals(word))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("The verdict '" + word
                        + "' of a call is not known; expected " + Arrays.toString(Decision.Effect.values())));
        long risk = verdict.integer("risk").orElse(0L);
        if (risk < 0 || risk > MOST_RISK) {
            throw new InvalidInputException("The risk of a call is " + risk + "; expected 0 to " + MOST_RISK);
        }
        Set<Taint> taints = new TreeSet<>();
        verdict.list("taints").forEach(taint -> taints.add(Taint.parse(taint.asString())));
        return new StoredVerdict(
                effect, verdict.list("rules").stream().map(Json::asString).toList(), (int) risk, taints);
    }

    Json json() {
        return Json.object()
                .put("effect", effect.name())
                .put("rules", Json.strings(rules))
                .put("risk", risk)
                .put(
                        "taints",
                        Json.strings(new TreeSet<>(taints)
                                .stream().map(Taint::toString).toList()))
                .build();
    }
}
