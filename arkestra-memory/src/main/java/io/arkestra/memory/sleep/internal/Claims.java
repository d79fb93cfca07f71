package io.arkestra.memory.sleep.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.keyword.lucene.internal.Word;
import io.arkestra.keyword.lucene.internal.WordAnalysis;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Statement;
import io.arkestra.memory.record.internal.NormalText;
import io.arkestra.memory.session.internal.Sentences;
import io.arkestra.schedule.TimePhrases;
import io.arkestra.schedule.TimeSpan;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Judges what a language model takes for facts: only what the user said in these very words, as so, about the user's own life. Every
 * refusal has a reason that holds none of the words. Immutable.
 */
final class Claims {
    private static final Pattern ATTRIBUTE = Pattern.compile("[a-z][a-z0-9]*(?:[._ -][a-z0-9]+){0,4}");
    private static final Pattern ASSISTANT = Pattern.compile(
            "(?:the )?(?:assistant|ai|bot|chatbot|model|system|you)|(?:ты|вы|бот|ассистент|помощник|система|модель)",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    private static final Pattern HYPOTHETICAL = Pattern.compile(
            "(?<![\\p{L}])(?:if|maybe|perhaps|might|would|could|suppose|imagine|what if|let's say|pretend|hypothetically|probably|i wish"
                    + "|если|может быть|возможно|наверное|наверно|вдруг|допустим|предположим|представь(?:те)?|бы|вероятно|хотелось бы)(?![\\p{L}])",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    /** Attributes of which a person has one at a time; of all others a model's word must not end an earlier value. */
    private static final Set<String> SINGLE = Set.of(
            "name",
            "age",
            "birthday",
            "birth.date",
            "phone",
            "email",
            "address",
            "city",
            "country",
            "home",
            "home.city",
            "home.place",
            "residence",
            "location",
            "job",
            "job.title",
            "job.place",
            "employer",
            "occupation",
            "timezone",
            "marital.status",
            "height",
            "weight",
            "mood");

    private static final Duration DAY = Duration.ofDays(1);

    private final WordAnalysis analysis;
    private final Optional<TimePhrases> phrases;
    private final ZoneId zone;

    /** @param phrases reads "last week" and the like, if there is something that can */
    Claims(WordAnalysis analysis, Optional<TimePhrases> phrases, ZoneId zone) {
        this.analysis = analysis;
        this.phrases = phrases;
        this.zone = zone;
    }

    /**
     * What became of a claim.
     *
     * @param draft what is to be remembered; empty when it is refused
     * @param source the id of the message it is about, or of none
     * @param reason why it is refused; empty when it is not
     */
    record Verdict(Optional<MemoryDraft> draft, String source, String reason) {
        private static Verdict refused(String source, String reason) {
            return new Verdict(Optional.empty(), source, reason);
        }
    }

    /**
     * Judges one.
     *
     * @param turns what was said, by its number in the prompt
     * @param known facts that are remembered
     */
    Verdict judge(Proposal.Fact fact, Map<Long, Message> turns, List<MemoryRecord> known) {
        Message turn = turns.get(fact.turn());
        if (turn == null) {
            return Verdict.refused("none", "there is no turn " + fact.turn());
        }
        if (turn.origin() != Origin.USER) {
            return Verdict.refused(turn.id(), "the user did not say it");
        }
        String subject = fact.subject().strip();
        if (subject.isEmpty()
                || ASSISTANT.matcher(subject).matches()
                || turns.values().stream()
                        .anyMatch(other -> other.origin() == Origin.ASSISTANT
                                && other.speaker().equalsIgnoreCase(subject))) {
            return Verdict.refused(turn.id(), "it is about the assistant or about nobody");
        }
        String quote = fact.quote().strip();
        int place = quote.isEmpty() ? -1 : turn.text().indexOf(quote);
        if (place < 0) {
            return Verdict.refused(turn.id(), "the quote is not in the turn");
        }
        if (stems(quote).size() < 2 && quote.length() < 6) {
            return Verdict.refused(turn.id(), "the quote says nothing");
        }
        String sentence = sentence(turn, place, place + quote.length());
        if (Sentences.asks(sentence)) {
            return Verdict.refused(turn.id(), "it was asked, not said");
        }
        if (HYPOTHETICAL.matcher(sentence).find()) {
            return Verdict.refused(turn.id(), "it was said as possible, not as so");
        }
        if (!ATTRIBUTE
                .matcher(fact.attribute().strip().toLowerCase(Locale.ROOT))
                .matches()) {
            return Verdict.refused(turn.id(), "the attribute is not made of English words");
        }
        if (fact.value().isBlank() || !supports(sentence, fact.value())) {
            return Verdict.refused(turn.id(), "the quote does not say the value");
        }
        if (!subject.equalsIgnoreCase("user") && !isSpeaker(subject, turn) && !supports(turn.text(), subject)) {
            return Verdict.refused(turn.id(), "the turn does not name whom it is about");
        }
        String text = stems(quote).size() >= 3 ? quote : sentence;
        boolean isKnown = known.stream().anyMatch(record -> same(record, turn, text, fact.value()));
        if (isKnown) {
            return Verdict.refused(turn.id(), "it is known already");
        }
        return draft(fact, turn, quote, text, isSpeaker(subject, turn) ? "user" : subject, since(fact, turn, sentence));
    }

    /** Since when it is so: as the sentence says, counted from when it was said; else as the model says, unless that is to come. */
    private Optional<Instant> since(Proposal.Fact fact, Message turn, String sentence) {
        Optional<Instant> said = phrases.flatMap(reader -> reader.past(sentence, turn.at(), zone))
                .map(TimeSpan::from);
        if (said.isPresent()) {
            return said;
        }
        try {
            Instant named =
                    LocalDate.parse(fact.validFrom().strip()).atStartOfDay(zone).toInstant();
            return Optional.of(named)
                    .filter(instant -> instant.isBefore(turn.at().plus(DAY)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static boolean isSpeaker(String subject, Message turn) {
        return subject.equalsIgnoreCase("user") || subject.equalsIgnoreCase(turn.speaker());
    }

    private static Verdict draft(
            Proposal.Fact fact, Message turn, String quote, String text, String subject, Optional<Instant> since) {
        String attribute = fact.attribute().strip().toLowerCase(Locale.ROOT).replaceAll("[_ -]+", ".");
        try {
            Statement.Kind kind = Statement.Kind.valueOf(fact.kind().strip().toUpperCase(Locale.ROOT));
            Statement statement = SINGLE.contains(attribute)
                    ? Statement.one(kind, subject, attribute, fact.value())
                    : Statement.oneOfMany(kind, subject, attribute, fact.value());
            MemoryDraft draft = MemoryDraft.fact(text)
                    .statement(statement)
                    .quote(quote)
                    .source(turn.id())
                    .at(turn.at());
            // Of an attribute with one value the order in which values were told decides, not a date that a model may
            // have guessed.
            boolean dated = since.isPresent() && statement.isMany();
            return new Verdict(Optional.of(dated ? draft.validFrom(since.get()) : draft), turn.id(), "");
        } catch (InvalidInputException | IllegalArgumentException e) {
            return Verdict.refused(turn.id(), "its kind or a part of it is not allowed");
        }
    }

    /** Whether the same was learned from this turn already, or is remembered in the same words. */
    private boolean same(MemoryRecord record, Message turn, String text, String value) {
        if (NormalText.of(record.text()).equals(NormalText.of(text))) {
            return true;
        }
        return record.sources().contains(turn.id())
                && record.statement()
                        .map(said -> stems(said.value()).equals(stems(value)))
                        .orElse(supports(record.text(), value));
    }

    /** The sentence around a quote, so that what is remembered can be read by itself. */
    private static String sentence(Message turn, int start, int end) {
        return Sentences.split(turn).stream()
                .filter(place -> place.start() <= start && place.end() >= end)
                .map(place -> turn.text().substring(place.start(), place.end()))
                .findFirst()
                .orElse(turn.text().substring(start, end));
    }

    /** Whether most of the words are in the text: a model may turn them, but not make them up. */
    private boolean supports(String text, String words) {
        Set<String> wanted = stems(words);
        if (wanted.isEmpty()) {
            return NormalText.of(text).contains(NormalText.of(words));
        }
        Set<String> said = stems(text);
        long found = wanted.stream()
                .filter(stem -> said.contains(stem) || said.stream().anyMatch(other -> alike(stem, other)))
                .count();
        return found * 2 > wanted.size();
    }

    private static boolean alike(String one, String other) {
        int shared = Math.min(one.length(), other.length());
        return shared >= 4 && one.regionMatches(0, other, 0, Math.max(4, shared - 1));
    }

    /** The words that say something; all of them when none does. */
    private Set<String> stems(String text) {
        Set<String> stems = new HashSet<>();
        List<Word> words = analysis.words(text);
        for (Word word : words) {
            if (!word.stop()) {
                stems.add(word.stem());
            }
        }
        return stems;
    }

    /** Whether a summary is made of what was said, in the language in which it was said, and short enough. */
    boolean isSummary(String summary, Iterable<Message> turns) {
        Set<String> said = new HashSet<>();
        StringBuilder all = new StringBuilder();
        for (Message turn : turns) {
            said.addAll(stems(turn.text()));
            said.addAll(stems(turn.speaker()));
            all.append(turn.text()).append(' ');
        }
        Set<String> wanted = stems(summary);
        long found = wanted.stream()
                .filter(stem -> said.contains(stem) || said.stream().anyMatch(other -> alike(stem, other)))
                .count();
        return wanted.size() >= 3
                && found * 2 >= wanted.size()
                && summary.strip().split("\\s+").length <= 100
                && isCyrillic(summary) == isCyrillic(all);
    }

    private static boolean isCyrillic(CharSequence text) {
        long cyrillic = text.chars()
                .filter(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.CYRILLIC)
                .count();
        long latin = text.chars()
                .filter(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.LATIN)
                .count();
        return cyrillic > latin;
    }
}
