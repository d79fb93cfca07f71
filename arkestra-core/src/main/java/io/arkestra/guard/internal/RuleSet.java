package io.arkestra.guard.internal;

import io.arkestra.guard.pii.internal.PersonalData;
import io.arkestra.guard.profanity.internal.Level;
import io.arkestra.guard.profanity.internal.ProfanityRule;
import io.arkestra.guard.scan.internal.Keywords;
import io.arkestra.guard.scan.internal.Recogniser;
import io.arkestra.guard.secret.internal.Secrets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All recognisers of a guard with the keywords that they look for. Immutable and thread-safe.
 *
 * @param recognisers the most telling first
 * @param keywords what the one pass over a text looks for
 * @param keyMarker number of the keyword that opens an armoured key
 */
record RuleSet(List<Recogniser> recognisers, Keywords keywords, int keyMarker) {

    static RuleSet of(GuardSettings settings) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        List<Recogniser> recognisers =
                new ArrayList<>(Secrets.recognisers(word -> numbers.computeIfAbsent(word, key -> numbers.size())));
        recognisers.add(new LiteralNameRule());
        recognisers.addAll(settings.rules());
        recognisers.addAll(PersonalData.recognisers(settings.regions()));
        if (settings.profanity() != Level.OFF) {
            recognisers.add(new ProfanityRule(settings.profanity(), settings.allowedWords()));
        }
        int marker = numbers.computeIfAbsent(Secrets.KEY_MARKER, key -> numbers.size());
        return new RuleSet(List.copyOf(recognisers), new Keywords(List.copyOf(numbers.keySet())), marker);
    }
}
