package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.grammar.internal.Fragment.Length;
import io.arkestra.schedule.grammar.internal.Fragment.Offset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Amounts before or after now: "in 5 minutes", "через полчаса", "2 days ago", "минут через 15". */
final class OffsetRules {
    private static final List<Rule> ALL = List.of(
            OffsetRules::led, OffsetRules::trailed, OffsetRules::inverted, OffsetRules::signed, OffsetRules::length);

    private OffsetRules() {}

    /** All rules; looking back, an amount that is the whole text is that long ago. */
    static List<Rule> all(ParseContext context) {
        if (context.direction() == ParseContext.Direction.FUTURE) {
            return ALL;
        }
        List<Rule> rules = new ArrayList<>(ALL);
        rules.add(OffsetRules::wholeText);
        return rules;
    }

    private static @Nullable Match wholeText(Tokens tokens, int at) {
        Amounts.Found found = at == 0 ? Amounts.read(tokens, at) : null;
        if (found == null) {
            return null;
        }
        boolean whole = found.counted() && found.end() == tokens.size();
        return whole ? new Match(found.end(), new Offset(found.amount(), -1, false)) : null;
    }

    private static @Nullable Match led(Tokens tokens, int at) {
        int next;
        if (tokens.at(at).isWord("in", "within", "через", "спустя")) {
            next = at + 1;
        } else if (tokens.at(at).isWord("for", "на") && isTimer(tokens, at - 1)) {
            next = at + 1;
        } else {
            return null;
        }
        boolean russian = tokens.at(at).isWord("через", "спустя", "на");
        Amounts.Found found = Amounts.read(tokens, next);
        if (found == null || !found.counted() && !russian) {
            return null;
        }
        int end = found.end();
        if (tokens.at(end).isMark("'’")) {
            end++;
        }
        end = tokens.skip(end, "time");
        end = tokens.words(end, "from", "now") ? end + 2 : end;
        boolean alternating = tokens.at(at).isWord("через") && !found.counted() && found.unit() == Grain.DAY;
        return new Match(end, new Offset(found.amount(), 1, alternating));
    }

    private static boolean isTimer(Tokens tokens, int at) {
        return tokens.at(at).isWord("timer", "таймер", "alarm");
    }

    private static @Nullable Match trailed(Tokens tokens, int at) {
        Amounts.Found found = Amounts.read(tokens, at);
        if (found == null) {
            return null;
        }
        Token after = tokens.at(found.end());
        if (after.is(Kind.DIRECTION)) {
            int sign = after.value(Kind.DIRECTION);
            boolean said = found.counted() || after.isWord("назад", "спустя");
            return said ? new Match(found.end() + 1, new Offset(found.amount(), sign, false)) : null;
        }
        if (tokens.words(found.end(), "from", "now") && found.counted()) {
            return new Match(found.end() + 2, new Offset(found.amount(), 1, false));
        }
        return null;
    }

    /** "минут через 15": the Russian way to say about 15 minutes. */
    private static @Nullable Match inverted(Tokens tokens, int at) {
        Token unit = tokens.at(at);
        Token number = tokens.at(at + 2);
        boolean fits = unit.is(Kind.UNIT)
                && unit.word().length() > 2
                && tokens.at(at + 1).isWord("через")
                && number.isNumber(1, 1000)
                && !tokens.at(at + 3).is(Kind.UNIT);
        if (!fits) {
            return null;
        }
        Amount amount = Amount.of(number.number(), Lexicon.grainOf(unit.value(Kind.UNIT)));
        return new Match(at + 3, new Offset(amount, 1, false));
    }

    /** "+1 day -2 hours", only as the beginning of a text. */
    private static @Nullable Match signed(Tokens tokens, int at) {
        if (at != 0 || !tokens.at(0).isMark("+-") || !tokens.at(1).glued()) {
            return null;
        }
        int sign = tokens.at(0).isMark("-") ? -1 : 1;
        Amounts.Found found = Amounts.read(tokens, 1);
        if (found == null || !found.counted()) {
            return null;
        }
        return new Match(found.end(), new Offset(found.amount(), sign, false));
    }

    /** "for 2 hours", "на полтора часа". */
    private static @Nullable Match length(Tokens tokens, int at) {
        int next;
        if (tokens.at(at).isWord("for", "на")) {
            next = at + 1;
        } else if (tokens.words(at, "в", "течение") || tokens.words(at, "в", "течении")) {
            next = at + 2;
        } else {
            return null;
        }
        Amounts.Found found = Amounts.read(tokens, next);
        boolean within = next == at + 2;
        if (found == null || !found.counted() && !within) {
            return null;
        }
        Token number = tokens.at(next);
        Clock clock = null;
        if (number.isNumber(1, 24) && found.end() == next + 2 && found.unit() == Grain.HOUR && !within) {
            clock = Clock.of(
                    (int) number.number(), 0, number.number() <= 12 ? Clock.Reading.OPEN : Clock.Reading.CERTAIN);
        }
        return new Match(found.end(), new Length(found.amount(), clock, within), !within);
    }
}
