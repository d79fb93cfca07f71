package io.arkestra.memory.session.internal;

import io.arkestra.keyword.lucene.internal.Word;
import io.arkestra.keyword.lucene.internal.WordAnalysis;
import io.arkestra.memory.Message;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sums up by picking what the user said that tells the most: rare words, names, numbers and dates, at some length, not asked, and
 * unlike what was picked before (maximal marginal relevance, Carbonell and Goldstein 1998). In English and Russian. Thread-safe.
 *
 * <p>Only the user's own words are picked: an answer may repeat what memory gave without saying so, and would be learned again.
 */
public final class ExtractiveSummary {
    static final int PICKS = 5;

    private static final double WORTH = 0.35;
    private static final double NOVELTY = 0.9;
    /** A sentence this much like one that was picked tells nothing. */
    private static final double SAME = 0.85;

    private static final Pattern NAME = Pattern.compile("(?<![\\p{L}\\p{N}])\\p{Lu}[\\p{L}\\p{M}'’-]+");
    private static final Pattern NUMBER = Pattern.compile("\\p{N}+(?:[.,:/-]\\p{N}+)*");
    private static final Pattern DATE = Pattern.compile(
            "(?<![\\p{L}])(?:january|february|march|april|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday"
                    + "|saturday|sunday|tomorrow|today|tonight|yesterday|weekend|январ[ьяе]|феврал[ьяе]|март[ае]?|апрел[ьяе]|ма[йяе]|июн[ьяе]|июл[ьяе]|август[ае]?"
                    + "|сентябр[ьяе]|октябр[ьяе]|ноябр[ьяе]|декабр[ьяе]|понедельник\\p{L}*|вторник\\p{L}*|сред[ауы]|четверг\\p{L}*|пятниц\\p{L}*|суббот\\p{L}*|воскресень\\p{L}*"
                    + "|завтра|сегодня|вчера|выходн\\p{L}+)(?![\\p{L}])",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    private static final Pattern SELF = Pattern.compile(
            "(?<![\\p{L}])(?:i|i'm|i've|my|me|mine|we|our|я|мне|меня|мой|моя|мо[её]|мои|моего|моей|мою|у меня|мы|наш\\p{L}*|нас)(?![\\p{L}])",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private final WordAnalysis analysis;
    private final ZoneId zone;

    public ExtractiveSummary(WordAnalysis analysis, ZoneId zone) {
        this.analysis = analysis;
        this.zone = zone;
    }

    /**
     * A summary.
     *
     * @param text dated lines in the order in which they were said
     * @param sources ids of the messages quoted, in order
     */
    public record Summary(String text, List<String> sources) {
        public Summary {
            sources = List.copyOf(sources);
        }

        public boolean isEmpty() {
            return sources.isEmpty();
        }
    }

    /** The most telling of what the user said; empty when nothing is worth it. */
    public Summary of(List<Message> messages) {
        List<Unit> units = units(messages);
        List<Unit> picked = picks(units, PICKS);
        if (picked.isEmpty()) {
            return new Summary("", List.of());
        }
        StringBuilder text = new StringBuilder();
        List<String> sources = new ArrayList<>();
        for (Unit unit : picked) {
            text.append(text.length() == 0 ? "" : "\n")
                    .append(unit.message().at().atZone(zone).toLocalDate())
                    .append(' ')
                    .append(unit.message().speaker())
                    .append(": ")
                    .append(unit.text().replaceAll("\\s*\\R\\s*", " "));
            if (!sources.contains(unit.message().id())) {
                sources.add(unit.message().id());
            }
        }
        return new Summary(text.toString(), sources);
    }

    /** The lines of several summaries that tell the most, in order, each once. */
    public List<String> of(List<String> lines, int limit) {
        List<Unit> units = new ArrayList<>();
        Map<String, Integer> documents = new HashMap<>();
        for (String line : new java.util.LinkedHashSet<>(lines)) {
            Set<String> stems = stems(line);
            stems.forEach(stem -> documents.merge(stem, 1, Integer::sum));
            units.add(new Unit(units.size(), null, line, stems, 0));
        }
        List<Unit> scored = units.stream()
                .map(unit -> unit.withScore(score(unit, documents, units.size())))
                .toList();
        return picks(scored, limit).stream().map(Unit::text).toList();
    }

    private record Unit(
            int place,
            @org.jspecify.annotations.Nullable Message source,
            String text,
            Set<String> stems,
            double score) {
        Message message() {
            if (source == null) {
                throw new IllegalStateException("A line of a summary has no message");
            }
            return source;
        }

        Unit withScore(double value) {
            return new Unit(place, source, text, stems, value);
        }
    }

    private List<Unit> units(List<Message> messages) {
        List<Unit> units = new ArrayList<>();
        Map<String, Integer> documents = new HashMap<>();
        for (Message message : messages) {
            if (!Transcript.isOwn(message)) {
                continue;
            }
            for (Excerpt excerpt : Sentences.of(message)) {
                String sentence = excerpt.in(message.text());
                Set<String> stems = stems(sentence);
                if (stems.size() >= 2 && !Sentences.isFormula(sentence)) {
                    stems.forEach(stem -> documents.merge(stem, 1, Integer::sum));
                    units.add(new Unit(units.size(), message, sentence, stems, 0));
                }
            }
        }
        return units.stream()
                .map(unit -> unit.withScore(score(unit, documents, units.size())))
                .toList();
    }

    private static double score(Unit unit, Map<String, Integer> documents, int total) {
        String text = unit.text();
        double weight = 0;
        for (String stem : unit.stems()) {
            weight += 0.15 * rarity(documents.getOrDefault(stem, 1), total);
        }
        double entities = count(NAME, text) - (text.isEmpty() || !Character.isUpperCase(text.charAt(0)) ? 0 : 1);
        weight += 0.5 * Math.max(0, entities) + 0.4 * count(NUMBER, text) + 0.4 * count(DATE, text);
        double words = unit.stems().size();
        double density = Math.min(1.5, weight / Math.sqrt(Math.max(1, words)));
        double length = Math.min(1, Math.log1p(words) / Math.log(20));
        return density + 0.5 * length + (SELF.matcher(text).find() ? 0.3 : 0) - (Sentences.asks(text) ? 1.2 : 0);
    }

    private static double rarity(int documents, int total) {
        return Math.log((total + 1.0) / (documents + 0.5)) / Math.log(total + 2.0) + 0.3;
    }

    private static int count(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        int found = 0;
        while (matcher.find()) {
            found++;
        }
        return found;
    }

    private static List<Unit> picks(Collection<Unit> units, int limit) {
        List<Unit> left = new ArrayList<>(
                units.stream().filter(unit -> unit.score() >= WORTH).toList());
        List<Unit> picked = new ArrayList<>();
        while (picked.size() < limit && !left.isEmpty()) {
            Unit best = left.get(0);
            double highest = Double.NEGATIVE_INFINITY;
            for (Unit unit : left) {
                double value = unit.score() - NOVELTY * likeness(unit, picked);
                if (value > highest) {
                    highest = value;
                    best = unit;
                }
            }
            left.remove(best);
            if (likeness(best, picked) < SAME) {
                picked.add(best);
            }
        }
        picked.sort(Comparator.comparingInt(Unit::place));
        return picked;
    }

    private static double likeness(Unit unit, List<Unit> picked) {
        double most = 0;
        for (Unit other : picked) {
            Set<String> shared = new HashSet<>(unit.stems());
            shared.retainAll(other.stems());
            most = Math.max(
                    most,
                    shared.size()
                            / Math.sqrt(
                                    (double) unit.stems().size() * other.stems().size()));
        }
        return most;
    }

    private Set<String> stems(String text) {
        Set<String> stems = new HashSet<>();
        for (Word word : analysis.words(text)) {
            if (!word.stop()) {
                stems.add(word.stem());
            }
        }
        return stems;
    }
}
