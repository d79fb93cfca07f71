package io.arkestra.policy.rules.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.Taint;
import io.arkestra.policy.Action;
import io.arkestra.policy.Risk;
import io.arkestra.policy.Trust;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads the keys about who acts, how risky it is, and what the model had seen. Used once. */
final class FactKeys {
    private static final List<String> AGENTS =
            List.of("user", "senior", "junior", "recipe", "job", "mcp-host", "system", "extension");
    private static final List<String> LEVELS = List.of("low", "medium", "high");
    private static final List<String> COMPARISONS = List.of("lt", "lte", "eq", "gte", "gt");
    private static final List<String> TRUST = List.of("built-in", "signed", "pinned", "unknown");
    private static final List<String> TIERS = List.of("S0", "S1", "S2", "S3");
    private static final List<String> PROVENANCE = List.of("untrusted_values", "off_plan", "private_read");
    private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]{0,30}(\\.[a-z][a-z0-9-]{0,30}){0,3}");

    private final RuleText text;

    FactKeys(RuleText text) {
        this.text = text;
    }

    Optional<Condition> agent(String pointer, Json found) {
        List<String> agents = text.words(pointer, found, AGENTS);
        return Optional.of(new FactCondition("agent", (action, scope, all) -> Fit.of(agents.contains(agent(scope)))));
    }

    /** The word for whoever acts. */
    private static String agent(Scope scope) {
        String name = scope.principal().name();
        int colon = name.indexOf(':');
        String first = (colon < 0 ? name : name.substring(0, colon)).toLowerCase(Locale.ROOT);
        return switch (scope.principal().kind()) {
            case USER -> "user";
            case MODEL -> AGENTS.contains(first) ? first : "senior";
            case SYSTEM -> first.equals("job") ? "job" : "system";
            case EXTENSION -> List.of("recipe", "job", "mcp-host").contains(first) ? first : "extension";
        };
    }

    Optional<Condition> ids(String key, String pointer, Json found, Function<Scope, Optional<String>> id) {
        List<String> patterns = text.texts(pointer, found, "an id, in which * stands for any characters, or a list");
        return Optional.of(new FactCondition(
                key,
                (action, scope, all) -> Fit.of(id.apply(scope)
                        .filter(value -> patterns.stream().anyMatch(pattern -> NamePattern.matches(pattern, value)))
                        .isPresent())));
    }

    Optional<Condition> trust(String pointer, Json found) {
        List<Trust> wanted = text.words(pointer, found, TRUST).stream()
                .map(word -> Trust.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_')))
                .toList();
        return Optional.of(new FactCondition("trust", (action, scope, all) -> Fit.of(wanted.contains(action.trust()))));
    }

    Optional<Condition> sandbox(String pointer, Json found) {
        Map<String, Json> ends = text.mapping(pointer, found, List.of("min", "max"));
        int min = tier(pointer, "min", ends).orElse(-1);
        int max = tier(pointer, "max", ends).orElse(TIERS.size());
        if (found.isObject() && ends.isEmpty() || min > max) {
            text.wrong(pointer, found, "min, max or both, min not above max, such as { min: S3 }");
        }
        return Optional.of(new FactCondition("sandbox", (action, scope, all) -> {
            // A tool in this process is held in by nothing.
            int tier = action.sandbox().isEmpty() ? 0 : TIERS.indexOf(action.sandbox());
            if (tier < 0) {
                throw new RuleFailure("nobody knows the sandbox '" + action.sandbox() + "'");
            }
            return Fit.of(tier >= min && tier <= max);
        }));
    }

    private Optional<Integer> tier(String pointer, String key, Map<String, Json> ends) {
        return Optional.ofNullable(ends.get(key))
                .flatMap(tier -> text.word(RuleText.child(pointer, key), tier, TIERS))
                .map(TIERS::indexOf);
    }

    Optional<Condition> risk(String pointer, Json found) {
        Map<String, Json> comparisons = text.mapping(pointer, found, COMPARISONS);
        List<Condition> all = new ArrayList<>();
        comparisons.forEach((word, value) -> {
            String place = RuleText.child(pointer, word);
            if (value.isNumber()) {
                text.whole(place, value, 0, 100).ifPresent(score -> all.add(risk(word, score, Risk::score)));
            } else {
                text.word(place, value, LEVELS)
                        .ifPresent(level -> all.add(risk(
                                word,
                                LEVELS.indexOf(level),
                                risk -> risk.level().ordinal())));
            }
        });
        if (found.isObject() && comparisons.isEmpty()) {
            text.wrong(pointer, found, "one of: " + String.join(", ", COMPARISONS));
        }
        return Optional.of(new FactCondition("risk", (action, scope, every) -> {
            Fit fit = Fit.YES;
            for (Condition condition : all) {
                fit = fit.and(condition.test(action, scope, every));
            }
            return fit;
        }));
    }

    private static Condition risk(String word, int wanted, Function<Risk, Integer> measure) {
        return new FactCondition("risk", (action, scope, all) -> {
            if (!action.unknown().isEmpty()) {
                return Fit.MAYBE;
            }
            int difference = measure.apply(action.risk()) - wanted;
            return Fit.of(
                    switch (word) {
                        case "lt" -> difference < 0;
                        case "lte" -> difference <= 0;
                        case "eq" -> difference == 0;
                        case "gte" -> difference >= 0;
                        default -> difference > 0;
                    });
        });
    }

    Optional<Condition> taint(String pointer, Json found) {
        Map<String, Json> members = text.mapping(pointer, found, List.of("any", "none"));
        List<String> any = kinds(RuleText.child(pointer, "any"), members.get("any"));
        List<String> none = kinds(RuleText.child(pointer, "none"), members.get("none"));
        if (found.isObject() && members.isEmpty()) {
            text.wrong(pointer, found, "any, none or both, such as { any: [web, email] }");
        }
        return Optional.of(new FactCondition("taint", (action, scope, all) -> {
            if (!action.unknown().isEmpty()) {
                return Fit.MAYBE;
            }
            return Fit.of((any.isEmpty() || has(action, any)) && (none.isEmpty() || !has(action, none)));
        }));
    }

    private List<String> kinds(String pointer, @org.jspecify.annotations.Nullable Json found) {
        if (found == null) {
            return List.of();
        }
        String expected = "kinds of taint such as [web, mcp, email, file.external], or \"*\" for all";
        List<String> kinds = text.texts(pointer, found, expected);
        for (String kind : kinds) {
            if (!kind.equals("*") && !KIND.matcher(kind).matches()) {
                text.wrong(pointer, Json.of(kind), expected);
            }
        }
        return kinds;
    }

    private static boolean has(Action action, List<String> kinds) {
        for (Taint taint : action.taints()) {
            for (String kind : kinds) {
                if (kind.equals("*") || taint.isA(kind)) {
                    return true;
                }
            }
        }
        return false;
    }

    Optional<Condition> provenance(String pointer, Json found) {
        Map<String, Json> members = text.mapping(pointer, found, PROVENANCE);
        List<Function<Action, Boolean>> wanted = new ArrayList<>();
        members.forEach((key, value) -> {
            if (PROVENANCE.contains(key)) {
                text.bool(RuleText.child(pointer, key), value)
                        .ifPresent(state -> wanted.add(action -> is(action, key) == state));
            }
        });
        if (found.isObject() && members.isEmpty()) {
            text.wrong(pointer, found, "one of: " + String.join(", ", PROVENANCE));
        }
        return Optional.of(new FactCondition("provenance", (action, scope, all) -> {
            if (!action.unknown().isEmpty()) {
                return Fit.MAYBE;
            }
            return Fit.of(wanted.stream().allMatch(one -> one.apply(action)));
        }));
    }

    private static boolean is(Action action, String key) {
        return switch (key) {
            case "untrusted_values" -> !action.untrustedValues().isEmpty();
            case "off_plan" -> action.offPlan();
            default -> action.privateRead();
        };
    }
}
