package io.arkestra.schedule.grammar.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the fragments of a text: at every token the longest match of any rule, left to right. */
final class Scanner {
    private static final int MAX_PREPOSITIONS = 3;

    private final Tokens tokens;
    private final List<Rule> rules = new ArrayList<>();

    Scanner(Tokens tokens, ParseContext context) {
        this.tokens = tokens;
        rules.addAll(RepeatRules.all(tokens, context));
        rules.addAll(OffsetRules.all(context));
        rules.addAll(DateRules.all(tokens, context));
        rules.addAll(ClockRules.ALL);
    }

    /**
     * A fragment and its tokens.
     *
     * @param start first token, leading prepositions included
     * @param adjacent whether nothing but marks stands between it and the fragment before
     */
    record Found(int start, int end, Match match, boolean adjacent) {
        Fragment fragment() {
            return match.fragment();
        }
    }

    /** All fragments that can stand, weak ones only with support. */
    List<Found> scan(boolean commanded) {
        List<Found> all = new ArrayList<>();
        int at = 0;
        int previousEnd = 0;
        while (at < tokens.size()) {
            Match match = longest(at);
            if (match == null) {
                at++;
                continue;
            }
            int start = withPrepositions(at, previousEnd);
            all.add(new Found(start, match.end(), match, !all.isEmpty() && isGap(previousEnd, start)));
            previousEnd = match.end();
            at = match.end();
        }
        return supported(all, commanded);
    }

    private @Nullable Match longest(int at) {
        Match best = null;
        for (Rule rule : rules) {
            Match match = rule.match(tokens, at);
            if (match != null && match.end() > at && (best == null || match.end() > best.end())) {
                best = match;
            }
        }
        return best;
    }

    private int withPrepositions(int at, int from) {
        int start = at;
        while (start > from
                && at - start < MAX_PREPOSITIONS
                && tokens.at(start - 1).is(Kind.PREPOSITION)) {
            start--;
        }
        return start > from && tokens.at(start - 1).isMark("@~") ? start - 1 : start;
    }

    private boolean isGap(int from, int to) {
        for (int at = from; at < to; at++) {
            if (!tokens.at(at).isMark(",.-()/") && !tokens.at(at).isWord("and", "и")) {
                return false;
            }
        }
        return true;
    }

    private List<Found> supported(List<Found> all, boolean commanded) {
        List<Found> kept = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Found found = all.get(i);
            boolean touches = found.adjacent() && kept.contains(all.get(i - 1))
                    || i + 1 < all.size() && all.get(i + 1).adjacent() && !isUnsupported(all, i + 1);
            boolean whole = isGap(0, found.start()) && isTail(found.end());
            if (!found.match().weak() || touches || whole || commanded) {
                kept.add(found);
            }
        }
        return kept;
    }

    /** Two weak neighbours support each other only when they are of different kinds: "sat 9", not "sat sun". */
    private static boolean isUnsupported(List<Found> all, int index) {
        return all.get(index).match().weak()
                && all.get(index).fragment().getClass()
                        == all.get(index - 1).fragment().getClass();
    }

    private boolean isTail(int from) {
        for (int at = from; at < tokens.size(); at++) {
            if (tokens.at(at).type() != Token.Type.PUNCTUATION) {
                return false;
            }
        }
        return true;
    }
}
