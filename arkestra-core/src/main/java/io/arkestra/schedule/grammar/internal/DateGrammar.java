package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.grammar.internal.ParseContext.Direction;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * Reads English and Russian expressions of time out of running text. Stateless and thread-safe; no method throws for
 * any text.
 *
 * <p>Conventions where words leave a choice: a clock time that has passed today means tomorrow, a passed date means next
 * year, a weekday means the next one from today (today only if its time is ahead), "next friday" is that of the next ISO
 * week, a bare hour means the next of its two times ahead, «через день» with a time of day means every other day,
 * Russian numeric dates are day first. Each choice made is listed in {@link TimeExpression#ambiguities()}.
 */
public final class DateGrammar {
    private static final DateGrammar STANDARD = new DateGrammar();

    /** Longer texts are documents, not requests; only this much of them is read. */
    private static final int MAX_LENGTH = 4_000;

    private DateGrammar() {}

    /** The grammar of both languages. */
    public static DateGrammar standard() {
        return STANDARD;
    }

    /**
     * The expression of time in a text, or empty if there is none, if the calendar has no such day, or if the text only
     * states a time zone.
     */
    public Optional<TimeExpression> parse(String text, ParseContext context) {
        String head = head(text);
        Tokens tokens = Tokens.of(head, context);
        if (ZoneStatement.read(tokens).isPresent() || ImpossibleDays.isNamedIn(head)) {
            return Optional.empty();
        }
        CommandWords command = new CommandWords(tokens);
        Composition composition = Composition.of(new Scanner(tokens, context).scan(command.isCommand()));
        if (composition.isEmpty()) {
            return Optional.empty();
        }
        try {
            Resolved resolved = Resolver.resolve(composition, context);
            if (resolved == null) {
                return Optional.empty();
            }
            List<Span> spans = composition.used().stream()
                    .map(found -> new Span(
                            tokens.at(found.start()).start(),
                            tokens.at(found.end() - 1).end()))
                    .toList();
            String title = command.title(head, composition.used());
            return Optional.of(new TimeExpression(resolved, spans, title, command.isCommand()));
        } catch (DateTimeException | ArithmeticException e) {
            // beyond the years that java.time can count: the words name no day
            return Optional.empty();
        }
    }

    /**
     * The stretch of time that a question about the past names ("yesterday", «на прошлой неделе», "on 5 May"); what fits
     * both past and future is read as past. Empty if the text names none.
     */
    public Optional<DateRange> parseRange(String text, ParseContext context) {
        return parsePast(text, context).map(Named::range);
    }

    /**
     * A stretch of time with the words that name it.
     *
     * @param span from the first of these words to the last one that follows without a gap
     */
    record Named(DateRange range, Span span) {}

    /** As {@link #parseRange}, with the place in the text. */
    Optional<Named> parsePast(String text, ParseContext context) {
        ParseContext past = context.withDirection(Direction.PAST);
        if (ImpossibleDays.isNamedIn(head(text))) {
            return Optional.empty();
        }
        Tokens tokens = Tokens.of(head(text), past);
        Composition composition = Composition.of(new Scanner(tokens, past).scan(false));
        if (composition.isEmpty()) {
            return Optional.empty();
        }
        try {
            DateRange range = RangeResolver.resolve(composition, past);
            return range == null ? Optional.empty() : Optional.of(new Named(range, span(tokens, composition)));
        } catch (DateTimeException | ArithmeticException e) {
            // as above: no such day
            return Optional.empty();
        }
    }

    private static Span span(Tokens tokens, Composition composition) {
        List<Span> spans = composition.used().stream()
                .map(found -> new Span(
                        tokens.at(found.start()).start(),
                        tokens.at(found.end() - 1).end()))
                .sorted(java.util.Comparator.comparingInt(Span::start))
                .toList();
        int start = spans.get(0).start();
        int end = spans.get(0).end();
        for (Span next : spans) {
            if (next.start() <= end + 1) {
                end = Math.max(end, next.end());
            }
        }
        return new Span(start, end);
    }

    /**
     * The zone that a speaker states as their own: «моя зона UTC+3», "my time zone is Europe/Berlin". Offsets come back
     * as {@link java.time.ZoneOffset}, never as a region. Empty for questions and for texts about anything else.
     */
    public Optional<ZoneId> parseZone(String text) {
        return ZoneStatement.read(Tokens.of(head(text)));
    }

    private static String head(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH);
    }
}
