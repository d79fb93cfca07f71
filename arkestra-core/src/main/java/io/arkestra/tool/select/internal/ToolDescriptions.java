package io.arkestra.tool.select.internal;

import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.store.Owner;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.UsageGuide;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How prompts describe tools: in the words of the tool, with what its usage guide knows beyond them, in short. What a conversation was told once
 * stays as it was told, because a prompt that begins in another way costs a model what it knows of the conversation. Thread-safe.
 */
public final class ToolDescriptions {
    private static final int MOST_CONVERSATIONS = 500;
    private static final int MOST_NOT_FOR = 2;
    private static final int LINE = 120;
    private static final int ADDED = 360;
    /** With fewer calls nothing is said about failures. */
    private static final long ENOUGH_CALLS = 5;
    /** One call of so many fails. */
    private static final long OFTEN = 3;

    private final UsageGuides guides;
    private final ToolTelemetry telemetry;
    private final Map<Conversation, Map<String, Told>> told = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Conversation, Map<String, Told>> eldest) {
            return size() > MOST_CONVERSATIONS;
        }
    };

    private record Conversation(UserId user, SessionId session) {}

    /** @param spec as it was registered, which is another object once the tool is another */
    private record Told(ToolSpec spec, ToolSpec words) {}

    public ToolDescriptions(UsageGuides guides, ToolTelemetry telemetry) {
        this.guides = guides;
        this.telemetry = telemetry;
    }

    /** A tool as this conversation is told of it; the same object when there is nothing to add. */
    public ToolSpec of(UserId user, SessionId session, ToolSpec spec) {
        return of(new Conversation(user, session), spec);
    }

    /** Drops what conversations of a user who was erased were told. */
    public void forget(UserId user) {
        synchronized (told) {
            told.keySet().removeIf(conversation -> conversation.user().equals(user));
        }
    }

    private ToolSpec of(Conversation conversation, ToolSpec spec) {
        synchronized (told) {
            Told before = told.computeIfAbsent(conversation, fresh -> new LinkedHashMap<>())
                    .get(spec.name());
            if (before != null && before.spec() == spec) {
                return before.words();
            }
        }
        ToolSpec words = described(spec);
        synchronized (told) {
            told.computeIfAbsent(conversation, fresh -> new LinkedHashMap<>()).put(spec.name(), new Told(spec, words));
        }
        return words;
    }

    private ToolSpec described(ToolSpec spec) {
        String more = more(guides.guide(spec), spec);
        return more.isEmpty() ? spec : spec.withDescription(spec.description().stripTrailing() + " " + more);
    }

    private String more(UsageGuide guide, ToolSpec spec) {
        String said = plain(spec.description());
        List<String> lines = new ArrayList<>();
        List<String> notFor = guide.notFor().stream()
                .filter(line -> !GuideRules.isOfDefinition(line) && !said.contains(plain(line)))
                .limit(MOST_NOT_FOR)
                .map(line -> unended(PlainText.of(line, LINE)))
                .toList();
        if (!notFor.isEmpty()) {
            lines.add("Not for: " + String.join("; ", notFor) + ".");
        }
        boolean outside =
                spec.sideEffect() == ToolSpec.SideEffect.LOCAL || spec.sideEffect() == ToolSpec.SideEffect.OUTWARD;
        if (outside && !spec.reversible() && !said.contains("undo")) {
            lines.add("Cannot be undone.");
        }
        if (spec.networked() && !said.contains("network") && !said.contains("internet")) {
            lines.add("Needs the network.");
        }
        failures(spec, lines);
        return PlainText.of(String.join(" ", lines), ADDED);
    }

    /** Figures and codes of the engine, never what a tool wrote. */
    private void failures(ToolSpec spec, List<String> lines) {
        CallFigures figures = telemetry.figures(Owner.SYSTEM, spec.name(), spec.version());
        if (figures.made() >= ENOUGH_CALLS && figures.failed() * OFTEN >= figures.made()) {
            figures.commonest()
                    .ifPresent(code -> lines.add(String.format(
                            Locale.ROOT,
                            "Often fails with %s (%d of %d calls).",
                            code.getKey(),
                            code.getValue(),
                            figures.made())));
        }
    }

    private static String plain(String text) {
        return unended(PlainText.of(text, 4_000).toLowerCase(Locale.ROOT));
    }

    private static String unended(String line) {
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }
}
