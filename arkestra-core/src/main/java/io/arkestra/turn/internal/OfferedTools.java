package io.arkestra.turn.internal;

import io.arkestra.common.Json;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.TokenCount;
import io.arkestra.persona.internal.ToolBlock;
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
import java.util.stream.Stream;

/**
 * The tools that a prompt describes, and why these. Those of the conversation are described in the rules, where every change costs a model all
 * that it knows of the conversation; so they stay, and what a later message needs besides is described beside that message. The two are laid
 * out anew only when the prompt does not begin as the one before anyway, or when too many have gathered.
 *
 * @param tools in the rules
 * @param more beside the message, because nothing before it describes them
 * @param again names of those that messages before it describe and that fit this one too
 * @param anew whether the rules alone describe tools from now on: what messages before this one described is dropped
 * @param count how many the whole prompt describes
 * @param why in a few words, for the trace; may be empty
 * @param detail the reasons, for the trace
 */
record OfferedTools(
        List<ToolSpec> tools,
        List<ToolSpec> more,
        List<String> again,
        boolean anew,
        int count,
        String why,
        Json detail) {
    /** Tools that the rules describe at most. */
    static final int MOST = 12;
    /** Tools that the messages of a conversation describe at most. */
    static final int MOST_IN_MESSAGES = 36;

    /** Of those that fit a message, so many have to be described. */
    private static final int NEEDED = 10;
    /** What fits this much worse than the best is not missed. */
    private static final double NEARLY = 0.5;

    /** None, of a turn that asks nobody. */
    static final OfferedTools NONE =
            new OfferedTools(List.of(), List.of(), List.of(), false, 0, "", Json.emptyObject());

    /**
     * What the conversation's prompts describe before this message.
     *
     * @param rules names of those in the rules; empty before the first prompt
     * @param messages those in messages: what they say, by name
     * @param called names of tools that were called in the conversation, the latest first
     * @param cut whether the conversation does not begin as in the prompt before anyway
     * @param room tokens that descriptions beside one message may take; the best is described whatever it takes
     * @param words how the conversation is told of a tool
     */
    record Before(
            List<String> rules,
            Map<String, Json> messages,
            List<String> called,
            boolean cut,
            long room,
            UnaryOperator<ToolSpec> words) {
        private static final String GONE = "a tool may not be offered any more";

        static Before of(List<String> rules, SentPrompts.View history, long room, UnaryOperator<ToolSpec> words) {
            return new Before(
                    rules, ToolBlock.described(history.messages()), history.called(), history.cut(), room, words);
        }

        /** Why the prompt cannot go on describing what it describes; empty when it can. */
        String outdated(Map<String, ToolSpec> allowed) {
            if (cut) {
                return "the conversation was trimmed";
            }
            if (!allowed.keySet().containsAll(rules)) {
                return GONE;
            }
            for (Map.Entry<String, Json> described : messages.entrySet()) {
                ToolSpec tool = allowed.get(described.getKey());
                if (tool == null) {
                    return GONE;
                }
                if (!ToolBlock.description(words.apply(tool)).equals(described.getValue())) {
                    return "a tool has changed";
                }
            }
            return "";
        }
    }

    OfferedTools {
        tools = List.copyOf(tools);
        more = List.copyOf(more);
        again = List.copyOf(again);
    }

    /**
     * Chooses.
     *
     * @param allowed all that may be offered, by name
     * @param hints names of tools that the junior thinks of
     * @param before what the conversation's prompts describe
     * @param ranking orders all of {@code allowed} by how well they fit the message; asked only when there are too many for the rules
     */
    static OfferedTools of(
            List<ToolSpec> allowed, Collection<String> hints, Before before, Supplier<ToolSelection> ranking) {
        Map<String, ToolSpec> byName = new LinkedHashMap<>();
        allowed.forEach(spec -> byName.put(spec.name(), spec));
        boolean few = allowed.size() <= MOST;
        ToolSelection selection = few ? new ToolSelection(List.of(), true, 1, List.of()) : ranking.get();
        Set<String> needed = new LinkedHashSet<>();
        hints.stream().filter(byName::containsKey).forEach(needed::add);
        needed.addAll(fitting(selection));
        Set<String> wanted = new LinkedHashSet<>(needed);
        if (few) {
            wanted.addAll(byName.keySet());
        }
        String outdated = before.outdated(byName);
        List<ToolSpec> more = List.of();
        if (!before.rules().isEmpty() && outdated.isEmpty()) {
            wanted.removeAll(before.rules());
            wanted.removeAll(before.messages().keySet());
            more = within(few ? Long.MAX_VALUE : before.room(), wanted, byName, before.words());
            if (before.messages().size() + more.size() > MOST_IN_MESSAGES) {
                outdated = "too many were described in messages";
            }
        }
        Reasons reasons = new Reasons(hints, before, selection);
        if (before.rules().isEmpty() || !outdated.isEmpty()) {
            List<String> rules = chosen(needed, before, selection, byName);
            needed.removeAll(rules);
            List<ToolSpec> rest = within(before.room(), needed, byName, before.words());
            String why = before.rules().isEmpty() ? "" : ", laid out anew: " + outdated;
            return new OfferedTools(
                    specs(rules, byName),
                    rest,
                    List.of(),
                    true,
                    rules.size() + rest.size(),
                    why + reasons.noneIsMeant(),
                    reasons.detail(rules, List.of(), rest));
        }
        needed.retainAll(before.messages().keySet());
        return new OfferedTools(
                specs(before.rules(), byName),
                more,
                List.copyOf(needed),
                false,
                before.rules().size() + before.messages().size() + more.size(),
                reasons.kept(more) + reasons.noneIsMeant(),
                reasons.detail(before.rules(), before.messages().keySet(), more));
    }

    /** With the tools in the words that the conversation is told of them. */
    OfferedTools described(UnaryOperator<ToolSpec> words) {
        return new OfferedTools(
                tools.stream().map(words).toList(), more.stream().map(words).toList(), again, anew, count, why, detail);
    }

    /** Those that fit the message and have to be described, best first. */
    private static List<String> fitting(ToolSelection selection) {
        if (!selection.fits() || selection.choices().isEmpty()) {
            return List.of();
        }
        double best = selection.choices().get(0).score();
        return selection.choices().stream()
                .limit(NEEDED)
                .filter(choice -> choice.score() >= NEARLY * best)
                .map(ToolChoice::name)
                .toList();
    }

    /** The first of them in any case, and those after it that there is room for in the words that the conversation is told of them. */
    private static List<ToolSpec> within(
            long room, Collection<String> names, Map<String, ToolSpec> byName, UnaryOperator<ToolSpec> words) {
        List<ToolSpec> within = new ArrayList<>();
        long left = room;
        for (ToolSpec tool : specs(names, byName)) {
            long tokens = TokenCount.estimate(
                            ToolBlock.description(words.apply(tool)).toString())
                    .tokens();
            if (within.isEmpty() || tokens <= left) {
                within.add(tool);
                left -= tokens;
            }
        }
        return within;
    }

    private static List<ToolSpec> specs(Collection<String> names, Map<String, ToolSpec> byName) {
        return names.stream()
                .flatMap(name -> Stream.ofNullable(byName.get(name)))
                .toList();
    }

    /** What is needed, then what was called, then what is there and fits best, then what fits best; what stays keeps its place before what is new. */
    private static List<String> chosen(
            Set<String> needed, Before before, ToolSelection selection, Map<String, ToolSpec> byName) {
        List<String> ranked = selection.choices().stream().map(ToolChoice::name).toList();
        Set<String> set = new LinkedHashSet<>();
        needed.forEach(name -> add(name, set));
        before.called().stream().filter(byName::containsKey).forEach(name -> add(name, set));
        ranked.stream().filter(before.rules()::contains).forEach(name -> add(name, set));
        ranked.forEach(name -> add(name, set));
        byName.keySet().forEach(name -> add(name, set));
        List<String> names =
                new ArrayList<>(before.rules().stream().filter(set::contains).toList());
        set.stream().filter(name -> !before.rules().contains(name)).forEach(names::add);
        return names;
    }

    private static void add(String name, Set<String> set) {
        if (set.size() < MOST) {
            set.add(name);
        }
    }

    /** Names of the tools in the rules. */
    List<String> names() {
        return tools.stream().map(ToolSpec::name).toList();
    }

    /** The message with what it needs besides the rules. */
    LlmMessage beside(LlmMessage message) {
        return ToolBlock.beside(message, more, again);
    }

    /** What the trace tells about the choice. */
    private record Reasons(Collection<String> hints, Before before, ToolSelection selection) {
        String kept(List<ToolSpec> more) {
            return more.isEmpty() ? ", the same as before" : ", " + more.size() + " of them for this message";
        }

        String noneIsMeant() {
            return selection.fits() ? "" : "; none seems to be meant";
        }

        Json detail(List<String> rules, Collection<String> earlier, List<ToolSpec> more) {
            Map<String, ToolChoice> choices = new LinkedHashMap<>();
            selection.choices().forEach(choice -> choices.put(choice.name(), choice));
            List<Json> tools = new ArrayList<>();
            rules.forEach(name -> tools.add(tool(name, "conversation", choices)));
            earlier.forEach(name -> tools.add(tool(name, "an earlier message", choices)));
            more.forEach(tool -> tools.add(tool(tool.name(), "this message", choices)));
            return Json.object()
                    .put("fits", selection.fits())
                    .put("confidence", Math.round(selection.confidence() * 1000) / 1000.0)
                    .put("notes", Json.strings(selection.notes()))
                    .put("tools", Json.array(tools))
                    .build();
        }

        private Json tool(String name, String from, Map<String, ToolChoice> choices) {
            ToolChoice choice = choices.get(name);
            List<String> reasons = new ArrayList<>();
            if (hints.contains(name)) {
                reasons.add("the junior thinks of it");
            }
            if (before.called().contains(name)) {
                reasons.add("it was called in this conversation");
            }
            if (choice != null) {
                reasons.addAll(choice.reasons());
            }
            Json.ObjectBuilder tool = Json.object().put("name", name).put("from", from);
            if (choice != null) {
                tool.put("score", Math.round(choice.score() * 1000) / 1000.0);
            }
            return tool.put("reasons", Json.strings(reasons)).build();
        }
    }
}
