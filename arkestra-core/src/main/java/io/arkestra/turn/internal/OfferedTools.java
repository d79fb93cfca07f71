package io.arkestra.turn.internal;

import io.arkestra.common.Json;
import io.arkestra.tool.ToolChoice;
import io.arkestra.tool.ToolSelection;
import io.arkestra.tool.ToolSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The tools that a prompt describes, and why these. Tools are described at the beginning of the prompt, so a conversation keeps those that it
 * has as long as they will do.
 *
 * @param tools in the order of the prompt
 * @param why in a few words, for the trace; may be empty
 * @param detail the reasons, for the trace
 */
record OfferedTools(List<ToolSpec> tools, String why, Json detail) {
    /** Tools that a prompt describes at most. */
    static final int MOST = 12;

    /** Of those that fit the first message, so many have to be there; the others are company. */
    private static final int NEEDED_AT_FIRST = 4;
    /** Of those that fit a later message, so many: another list of tools costs a model what it knows of the conversation. */
    private static final int NEEDED_LATER = 1;
    /** What fits this much worse than the best is not missed. */
    private static final double NEARLY = 0.7;

    OfferedTools {
        tools = List.copyOf(tools);
    }

    /**
     * Chooses.
     *
     * @param allowed all that may be offered, by name
     * @param hints names of tools that the junior thinks of
     * @param before names of those that the conversation's prompts describe
     * @param ranking orders all of {@code allowed} by how well they fit the message; asked only when there are too many for one prompt
     */
    static OfferedTools of(
            List<ToolSpec> allowed, Collection<String> hints, List<String> before, Supplier<ToolSelection> ranking) {
        Map<String, ToolSpec> byName = new LinkedHashMap<>();
        allowed.forEach(spec -> byName.put(spec.name(), spec));
        Set<String> needed = new LinkedHashSet<>();
        hints.stream().filter(byName::containsKey).forEach(needed::add);
        if (allowed.size() <= MOST) {
            return few(allowed, byName, needed, before);
        }
        ToolSelection selection = ranking.get();
        Map<String, ToolChoice> choices = new LinkedHashMap<>();
        selection.choices().forEach(choice -> choices.put(choice.name(), choice));
        if (selection.fits()) {
            double best = selection.choices().get(0).score();
            selection.choices().stream()
                    .limit(before.isEmpty() ? NEEDED_AT_FIRST : NEEDED_LATER)
                    .filter(choice -> choice.score() >= NEARLY * best)
                    .forEach(choice -> needed.add(choice.name()));
        }
        boolean willDo = before.size() == MOST && byName.keySet().containsAll(before) && before.containsAll(needed);
        List<String> names = willDo ? before : chosen(needed, before, choices.keySet(), byName);
        String why = (willDo ? ", the same as before" : "") + (selection.fits() ? "" : "; none seems to be meant");
        return new OfferedTools(
                names.stream().map(byName::get).toList(), why, detail(names, hints, choices, selection));
    }

    /** With the tools in other words. */
    OfferedTools described(UnaryOperator<List<ToolSpec>> words) {
        return new OfferedTools(words.apply(tools), why, detail);
    }

    /** All of them, those that were there before first, so that the prompt begins as the one before. */
    private static OfferedTools few(
            List<ToolSpec> allowed, Map<String, ToolSpec> byName, Set<String> hints, List<String> before) {
        Set<String> names = new LinkedHashSet<>();
        before.stream().filter(byName::containsKey).forEach(names::add);
        if (names.size() < before.size()) {
            names.clear();
        }
        if (names.isEmpty()) {
            names.addAll(hints);
        }
        allowed.forEach(spec -> names.add(spec.name()));
        return new OfferedTools(names.stream().map(byName::get).toList(), "", Json.emptyObject());
    }

    /** What is needed, then what is there and fits best, then what fits best; what stays keeps its place before what is new. */
    private static List<String> chosen(
            Set<String> needed, List<String> before, Set<String> ranked, Map<String, ToolSpec> byName) {
        Set<String> set = new LinkedHashSet<>();
        needed.stream().limit(MOST).forEach(set::add);
        ranked.stream().filter(before::contains).forEach(name -> add(name, set));
        ranked.forEach(name -> add(name, set));
        byName.keySet().forEach(name -> add(name, set));
        List<String> names =
                new ArrayList<>(before.stream().filter(set::contains).toList());
        set.stream().filter(name -> !before.contains(name)).forEach(names::add);
        return names;
    }

    private static void add(String name, Set<String> set) {
        if (set.size() < MOST) {
            set.add(name);
        }
    }

    private static Json detail(
            List<String> names, Collection<String> hints, Map<String, ToolChoice> choices, ToolSelection selection) {
        List<Json> tools = new ArrayList<>();
        for (String name : names) {
            ToolChoice choice = choices.get(name);
            List<String> reasons = new ArrayList<>();
            if (hints.contains(name)) {
                reasons.add("the junior thinks of it");
            }
            if (choice != null) {
                reasons.addAll(choice.reasons());
            }
            Json.ObjectBuilder tool = Json.object().put("name", name);
            if (choice != null) {
                tool.put("score", Math.round(choice.score() * 1000) / 1000.0);
            }
            tools.add(tool.put("reasons", Json.strings(reasons)).build());
        }
        return Json.object()
                .put("fits", selection.fits())
                .put("confidence", Math.round(selection.confidence() * 1000) / 1000.0)
                .put("notes", Json.strings(selection.notes()))
                .put("tools", Json.array(tools))
                .build();
    }
}
