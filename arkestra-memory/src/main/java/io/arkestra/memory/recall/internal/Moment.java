package io.arkestra.memory.recall.internal;

import io.arkestra.memory.RecallQuery;
import io.arkestra.schedule.TimeSpan;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The time that a question speaks of.
 *
 * @param query the question, limited to that time when it is about when something was said
 * @param topic what it asks about, without the words for the time when these are a limit
 * @param span the stretch of time that it names
 * @param isHard whether only what was said in it is looked for
 */
record Moment(RecallQuery query, String topic, Optional<TimeSpan> span, boolean isHard) {
    private static final Pattern ABOUT_SAYING = Pattern.compile(
            "\\b((did|have|had|was|were) (i|we|you) ((just|ever|already) )?"
                    + "(say|said|tell|told|mention\\w*|talk\\w*|discuss\\w*|write|written|ask\\w*|chat\\w*)"
                    + "|(я|мы|ты|вы) (тебе |вам |мне |с тобой )?"
                    + "(говорил\\w*|сказал\\w*|писал\\w*|упоминал\\w*|рассказ\\w+|спрашивал\\w*|обсуждал\\w*)"
                    + "|(говорил\\w*|обсуждал\\w*|рассказывал\\w*|упоминал\\w*|писал\\w*) (ли )?(я|мы)"
                    + "|о ч[её]м (я|мы) \\w+)\\b",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);

    static Moment of(RecallQuery query, RecallCompany company, Instant now) {
        Optional<TimeSpan> span = company.times()
                .flatMap(times -> times.past(query.text(), query.askedAt().orElse(now), company.zone()));
        boolean hard = span.isPresent()
                && query.from().isEmpty()
                && query.to().isEmpty()
                && ABOUT_SAYING.matcher(query.text()).find();
        if (!hard) {
            return new Moment(query, query.text(), span, false);
        }
        String text = query.text();
        String topic = text.substring(0, span.get().start()) + " "
                + text.substring(span.get().end());
        return new Moment(query.between(span.get().from(), span.get().to()), topic, span, true);
    }

    /** The same without the limit. */
    Moment anyTime() {
        return new Moment(query, topic, span, false);
    }
}
