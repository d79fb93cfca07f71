package io.arkestra.schedule.grammar.internal;

import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Recognises a statement of one's own time zone: "моя зона UTC+3", "my time zone is Europe/Berlin". */
final class ZoneStatement {
    private static final Set<String> QUESTIONS =
            Set.of("what", "which", "какая", "какой", "какое", "сколько", "whats", "what's");
    private static final Set<String> FILLERS = Set.of(
            "is", "to", "as", "это", "теперь", "now", "на", "в", "zone", "время", "by", "по", "мой", "моя", "мое",
            "пояс", "city", "of", "the", "городе", "будет", "сейчас");

    private ZoneStatement() {}

    static Optional<ZoneId> read(Tokens tokens) {
        for (int at = 0; at < tokens.size(); at++) {
            if (QUESTIONS.contains(tokens.at(at).word())) {
                return Optional.empty();
            }
        }
        for (int at = 0; at < tokens.size(); at++) {
            int strong = strongLead(tokens, at);
            if (strong > 0) {
                Optional<ZoneId> zone = zoneNear(tokens, strong, true);
                if (zone.isPresent()) {
                    return zone;
                }
            }
            int weak = weakLead(tokens, at);
            if (weak > 0) {
                return zoneNear(tokens, weak, false);
            }
        }
        return Optional.empty();
    }

    /** The index after words that can only be about a time zone, else 0. */
    private static int strongLead(Tokens tokens, int at) {
        Token token = tokens.at(at);
        if (token.isWord("timezone", "tz", "таймзона", "таймзону")) {
            return at + 1;
        }
        if (tokens.words(at, "time", "zone")
                || token.word().startsWith("часов") && tokens.at(at + 1).word().startsWith("пояс")) {
            return at + 2;
        }
        boolean mine = tokens.at(at - 1).isWord("моя", "мою", "мое", "my", "временная", "часовая", "временную");
        boolean zone = token.isWord("зона", "зону", "время", "zone")
                || token.isWord("time") && tokens.at(at + 1).isWord("is");
        return mine && zone ? at + 1 : 0;
    }

    /** The index after "I am in", "я живу в", which tell a zone only together with its exact name. */
    private static int weakLead(Tokens tokens, int at) {
        if (tokens.words(at, "i", "am", "in")
                || tokens.words(at, "i", "live", "in")
                || tokens.words(at, "я", "живу", "в")) {
            return at + 3;
        }
        if (tokens.words(at, "i'm", "in") || tokens.words(at, "я", "в") || tokens.words(at, "im", "in")) {
            return at + 2;
        }
        return 0;
    }

    private static Optional<ZoneId> zoneNear(Tokens tokens, int at, boolean strong) {
        int next = at;
        for (int skipped = 0; skipped < 5; skipped++) {
            ZoneReader.Found exact = strong ? ZoneReader.any(tokens, next) : exact(tokens, next);
            if (exact != null) {
                return Optional.of(exact.zone());
            }
            ZoneReader.Found city = strong ? ZoneReader.city(tokens, next) : null;
            if (city != null) {
                return Optional.of(city.zone());
            }
            Token token = tokens.at(next);
            if (!FILLERS.contains(token.word()) && !token.isMark(":-=,")) {
                return Optional.empty();
            }
            next++;
        }
        return Optional.empty();
    }

    private static ZoneReader.@Nullable Found exact(Tokens tokens, int at) {
        ZoneReader.Found region = ZoneReader.region(tokens, at);
        return region != null ? region : tokens.at(at).is(Kind.ZONE) ? ZoneReader.any(tokens, at) : null;
    }
}
