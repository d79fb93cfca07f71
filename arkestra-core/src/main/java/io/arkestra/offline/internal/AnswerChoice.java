package io.arkestra.offline.internal;

import io.arkestra.persona.internal.PromptBlocks.Quote;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Which of the recalled passages answer a question. What newer facts have replaced answers only where nothing that holds does, or where
 * the question asks for what was so before; a fact about just what is asked needs no word in common with the question.
 *
 * @param answers those that answer, in order
 * @param closest when none does, what comes closest; may be empty too
 */
record AnswerChoice(List<Quote> answers, List<Quote> closest) {
    /** From this share of the question's words on, a passage counts as an answer. */
    static final double ANSWERS = 0.7;
    /** From this share on, it is worth showing as the closest there is. */
    static final double RELATED = 0.3;

    private static final int MOST_QUOTES = 3;
    /** Of several values of what is asked for. */
    private static final int MOST_VALUES = 6;

    static AnswerChoice of(String question, List<Quote> passages) {
        List<Quote> statements = passages.stream()
                .filter(quote -> !Interrogatives.isQuestion(quote.text()))
                .toList();
        List<Quote> answering = inTime(statements.stream()
                .filter(quote -> quote.asked() || quote.coverage() >= ANSWERS)
                .toList());
        if (Interrogatives.asksForOneThing(question)) {
            answering = preferred(answering, Quote::asked);
        }
        answering = distinct(firstHand(answering));
        if (!answering.isEmpty()) {
            int most = answering.stream().allMatch(Quote::asked) ? MOST_VALUES : MOST_QUOTES;
            return new AnswerChoice(answering.stream().limit(most).toList(), List.of());
        }
        List<Quote> related = closest(statements, quote -> quote.coverage() >= RELATED);
        if (related.isEmpty()) {
            related = closest(statements, Quote::near);
        }
        return new AnswerChoice(List.of(), related.stream().limit(1).toList());
    }

    private static List<Quote> closest(List<Quote> statements, Predicate<Quote> which) {
        return firstHand(inTime(statements.stream().filter(which).toList()));
    }

    private static List<Quote> inTime(List<Quote> quotes) {
        Predicate<Quote> replaced = quote -> quote.until() != null;
        boolean past = quotes.stream().anyMatch(Quote::former);
        return preferred(quotes, past ? replaced : replaced.negate());
    }

    /** A summary repeats what it sums up. */
    private static List<Quote> firstHand(List<Quote> quotes) {
        return preferred(quotes, quote -> !quote.kind().equals("summary"));
    }

    private static List<Quote> preferred(List<Quote> quotes, Predicate<Quote> which) {
        List<Quote> those = quotes.stream().filter(which).toList();
        return those.isEmpty() ? quotes : those;
    }

    /** The same words twice, as a message and as the fact that was learned from it, answer once: in the better place. */
    private static List<Quote> distinct(List<Quote> quotes) {
        List<Quote> kept = new ArrayList<>();
        for (Quote quote : quotes) {
            String words = plain(quote.text());
            boolean said = kept.stream()
                    .map(other -> plain(other.text()))
                    .anyMatch(other -> other.contains(words) || words.contains(other));
            if (!said) {
                kept.add(quote);
            }
        }
        return kept;
    }

    private static String plain(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
    }
}
