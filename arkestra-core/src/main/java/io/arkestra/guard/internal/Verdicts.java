package io.arkestra.guard.internal;

import io.arkestra.guard.GuardContext;
import io.arkestra.guard.scan.internal.Recogniser;
import java.util.List;
import java.util.Locale;

/** What one text's channel lets through. Immutable but for the conversation's pseudonyms. */
final class Verdicts {

    private static final String MASK = "***";

    private final GuardSettings settings;
    private final Channel channel;
    private final GuardContext context;
    private final Pseudonyms pseudonyms;
    private final boolean[] wanted;
    private final boolean[] wantedInProse;

    Verdicts(GuardSettings settings, RuleSet rules, GuardContext context, Pseudonyms pseudonyms) {
        this.settings = settings;
        this.channel = Channel.of(context);
        this.context = context;
        this.pseudonyms = pseudonyms;
        List<Recogniser> recognisers = rules.recognisers();
        wanted = new boolean[recognisers.size()];
        wantedInProse = new boolean[wanted.length];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = recognisers.get(i).types().stream().anyMatch(type -> action(type) != Action.ALLOW);
            wantedInProse[i] = wanted[i] && recognisers.get(i).inProse();
        }
    }

    /** Whether nothing would be replaced, whatever the text. */
    boolean passesAll() {
        for (boolean want : wanted) {
            if (want) {
                return false;
            }
        }
        return true;
    }

    boolean wants(int recogniser, boolean prose) {
        return prose ? wantedInProse[recogniser] : wanted[recogniser];
    }

    private Action action(String type) {
        if (type.equals(LiteralNameRule.TYPE)) {
            boolean names = context.conversation().isPresent() && settings.pseudonymises(channel);
            return names ? Action.PSEUDONYMISE : Action.ALLOW;
        }
        return context.allowedTypes().contains(type) ? Action.ALLOW : settings.action(channel, type);
    }

    Action action(String type, String value) {
        boolean known = !settings.allowedValues().isEmpty()
                && settings.allowedValues().contains(value.toLowerCase(Locale.ROOT));
        return known ? Action.ALLOW : action(type);
    }

    String replacement(Action action, String type, String value) {
        if (type.equals(LiteralNameRule.TYPE)) {
            return Pseudonyms.escaped(value);
        }
        return action == Action.PSEUDONYMISE && context.conversation().isPresent()
                ? pseudonyms.of(context.conversation().get(), type, value)
                : MASK;
    }
}
