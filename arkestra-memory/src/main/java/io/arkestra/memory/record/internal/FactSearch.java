package io.arkestra.memory.record.internal;

import io.arkestra.memory.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds statements in one sentence of the user. */
final class FactSearch {
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;
    private static final Pattern ARTICLE = Pattern.compile("^(?:an?|the|my|наш[аеу]?) ", FLAGS);
    private static final Pattern TRAILING =
            Pattern.compile("(?:[\\s.,!;:)\"”»]+| (?:now|anymore|today|too|as well|теперь|сейчас|тоже))+$", FLAGS);
    private static final Pattern NOTHING = Pattern.compile(
            "^(?:not|no|never|nothing|it|that|this|these|those|you|him|her|them|us|me|what|how|when|where|to|не|нет|ничего|это"
                    + "|тебя|вас|его|ее|их|нас|меня|что|как|когда|там|тут|здесь|here|there)(?:$|[ ,]).*",
            FLAGS);
    private static final Pattern NOT_BUT =
            Pattern.compile("(?:not|не) [^;!?]{1,60}?,? (?:but|а) " + FactPatterns.VALUE + FactPatterns.END, FLAGS);
    private static final Pattern CORRECTED = Pattern.compile(
            "\\s*[,—–-]?\\s*(?:oh,? |well,? )?(?:no|sorry|wait|actually|i mean|i meant|or rather|нет|точнее|вернее|ой|то есть|прости)[,:]? "
                    + "(?:(?:it's|it is|that's|это|sorry|нет|точнее)[,:]? )*"
                    + FactPatterns.VALUE + FactPatterns.END,
            FLAGS);
    private static final Pattern REMARK = Pattern.compile(
            "^(?:(?:an? )?(?:mess|wreck|problem|joke|nightmare|disaster|pain|bit|lot|little|piece|total|real|good|bad|great|nice|very)\\b"
                    + "|(?:in|on|at|being|getting|going|under|out|off|for|about)\\b).*",
            FLAGS);
    /** When it came to be so does not belong to what is so: "Munich last week". */
    private static final Pattern SINCE = Pattern.compile(
            ",? (?:yesterday|recently|tonight|(?:last|this) \\p{L}+|since .+|in (?:(?:early|late|mid) )?(?:january|february|march|april|may|june|july|august"
                    + "|september|october|november|december|spring|summer|autumn|winter|(?:19|20)\\d\\d).*"
                    + "|(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\\d+|a few|a couple of|some|many|several) (?:days?|weeks?|months?|years?) ago"
                    + "|вчера|позавчера|недавно|на (?:этой|прошлой|позапрошлой) неделе|в (?:этом|прошлом|позапрошлом) (?:году|месяце)|(?:этим|прошлым) \\p{L}+|(?:этой|прошлой) \\p{L}+"
                    + "|в (?:январе|феврале|марте|апреле|мае|июне|июле|августе|сентябре|октябре|ноябре|декабре|(?:19|20)\\d\\d).*"
                    + "|с (?:прошлого|этого|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря|(?:19|20)\\d\\d).*"
                    + "|(?:(?:\\p{L}+|\\d+) )?(?:день|дня|дней|неделю|недели|недель|месяц|месяца|месяцев|год|года|лет) назад)$",
            FLAGS);

    private static final Pattern NAMED = Pattern.compile("(?:[\\p{Lu}\\d@]|^(?:an?|the) ).*", Pattern.UNICODE_CASE);
    private static final Pattern SEPARATOR = Pattern.compile("\\s*,\\s*(?:and |и )?|\\s+(?:and|и|or|или)\\s+", FLAGS);

    private final FactPatterns patterns = new FactPatterns();

    FactPatterns patterns() {
        return patterns;
    }

    /**
     * A statement and where it stands.
     *
     * @param text the words that say it
     * @param quote the span of the sentence that it was taken from
     */
    record Found(Statement statement, String text, String quote, int start, int end) {}

    /** Statements in the order in which they are said; of two that share words the one that was found by the earlier rule. */
    List<Found> find(String sentence) {
        String folded = fold(sentence);
        List<Found> found = new ArrayList<>();
        for (FactPatterns.Rule rule : patterns.rules) {
            Matcher match = rule.pattern().matcher(folded);
            int from = 0;
            while (from <= folded.length() && match.find(from)) {
                from = Math.max(match.end(), match.start() + 1);
                Matcher one = match;
                if (found.stream().noneMatch(other -> one.start() < other.end() && other.start() < one.end())) {
                    found.addAll(statements(rule, match, sentence, folded));
                }
            }
        }
        found.sort(Comparator.comparingInt(Found::start));
        return found;
    }

    /** The same length: one kind of apostrophe, one kind of space, е for ё. */
    static String fold(String text) {
        return text.replace('’', '\'')
                .replace('ʼ', '\'')
                .replace('\u00a0', ' ')
                .replace('ё', 'е')
                .replace('Ё', 'Е');
    }

    private List<Found> statements(FactPatterns.Rule rule, Matcher match, String sentence, String folded) {
        int start = match.start("v");
        int end = match.end("v");
        Matcher notBut = NOT_BUT.matcher(folded).region(start, folded.length());
        if (notBut.lookingAt()) {
            start = notBut.start("v");
            end = notBut.end("v");
        }
        Matcher corrected = CORRECTED.matcher(folded).region(end, folded.length());
        boolean isCorrected = !rule.list() && corrected.lookingAt();
        String told = sentence.substring(match.start(), isCorrected ? corrected.start("v") : end);
        if (isCorrected) {
            String lead = sentence.substring(match.start(), start);
            start = corrected.start("v");
            end = corrected.end("v");
            told = lead + sentence.substring(start, end);
        }
        String quote = sentence.substring(match.start(), Math.max(end, match.end("v")));
        String raw = sentence.substring(start, end);
        List<String> values = rule.list() ? Arrays.asList(SEPARATOR.split(raw)) : List.of(raw);
        List<Found> found = new ArrayList<>();
        String lead = sentence.substring(match.start(), match.start("v"));
        for (String part : values) {
            Optional<String> value = value(rule, match, part);
            if (value.isPresent()) {
                String text = values.size() > 1 ? lead + part.strip() : trimmed(told);
                statement(rule, match, value.get())
                        .ifPresent(statement -> found.add(
                                new Found(statement, text, quote, match.start(), match.start() + quote.length())));
            }
        }
        return found;
    }

    private static String trimmed(String text) {
        return text.strip();
    }

    private Optional<String> value(FactPatterns.Rule rule, Matcher match, String part) {
        String value = TRAILING.matcher(part.strip()).replaceAll("");
        value = value.replaceAll("^[\"“«]+", "").strip();
        if (!isTime(rule, match)) {
            value = SINCE.matcher(value).replaceFirst("");
        }
        boolean plain = rule.attribute().equals("{NOUN}")
                && fold(match.group()).matches("(?iu)my .* (?:is|will be)(?: now)? .*");
        if (plain
                && (REMARK.matcher(value).matches() || !NAMED.matcher(value).find())
                && group(match, "n")
                        .filter(noun -> noun.matches(
                                "(?iu).*(?:exam|flight|wedding|interview|appointment|deadline|vacation|holiday)"))
                        .isEmpty()) {
            return Optional.empty();
        }
        if (rule.attribute().equals("residence") && value.matches("(?iu)(?:an? |peace|fear|hope).*")) {
            return Optional.empty();
        }
        value = ARTICLE.matcher(value).replaceFirst("");
        int words = value.split("\\s+").length;
        int most = switch (rule.kind()) {
            case GOAL, HABIT, INSTRUCTION, EVENT -> 20;
            default -> rule.attribute().endsWith("name") ? 4 : 10;
        };
        boolean useful = value.codePoints().anyMatch(Character::isLetterOrDigit)
                && words <= most
                && (rule.attribute().equals("marital")
                        || rule.attribute().startsWith("answer.")
                        || rule.attribute().startsWith("contact.")
                        || !NOTHING.matcher(value).matches());
        return useful ? Optional.of(value) : Optional.empty();
    }

    /** Whether the value may be a time, or words that are kept as they are. */
    private boolean isTime(FactPatterns.Rule rule, Matcher match) {
        boolean named = rule.kind() == Statement.Kind.PROFILE || rule.kind() == Statement.Kind.RELATION;
        Optional<FactPatterns.Word> noun = rule.attribute().equals("{NOUN}")
                ? group(match, "n").flatMap(word -> FactPatterns.named(patterns.nouns, word))
                : Optional.empty();
        String attribute = noun.map(FactPatterns.Word::name).orElse(rule.attribute());
        boolean event = noun.flatMap(FactPatterns.Word::kind)
                .filter(Statement.Kind.EVENT::equals)
                .isPresent();
        return !named || event || attribute.equals("birthday");
    }

    private Optional<Statement> statement(FactPatterns.Rule rule, Matcher match, String value) {
        String attribute = rule.attribute();
        String subject = rule.subject();
        Statement.Kind kind = rule.kind();
        boolean many = rule.number().equals("many");
        if (attribute.equals("{NOUN}")) {
            Optional<FactPatterns.Word> noun =
                    group(match, "n").flatMap(word -> FactPatterns.named(patterns.nouns, word));
            if (noun.isEmpty()) {
                return Optional.empty();
            }
            attribute = noun.get().name();
            kind = noun.get().kind().orElse(kind);
        }
        if (attribute.contains("{FAVOURITE}")) {
            String favourite = group(match, "f")
                    .flatMap(word -> FactPatterns.named(patterns.favourites, word))
                    .map(FactPatterns.Word::name)
                    .orElse("thing");
            attribute = "favourite." + favourite;
        }
        if (subject.equals("{PERSON}")) {
            Optional<FactPatterns.Word> relation =
                    group(match, "r").flatMap(word -> FactPatterns.named(patterns.relations, word));
            if (relation.isEmpty()) {
                return Optional.empty();
            }
            // Of several sisters each is told apart by her name, when it is said.
            subject = relation.get().name()
                    + group(match, "p")
                            .map(name -> " " + name.toLowerCase(Locale.ROOT))
                            .orElse("");
            many = rule.number().equals("named") && relation.get().number().equals("many");
        }
        return Optional.of(
                many
                        ? Statement.oneOfMany(kind, subject, attribute, value)
                        : Statement.one(kind, subject, attribute, value));
    }

    private static Optional<String> group(Matcher match, String name) {
        try {
            return Optional.ofNullable(match.group(name));
        } catch (IllegalArgumentException e) {
            // The rule has no such group.
            return Optional.empty();
        }
    }

    /** The attribute of a noun such as "car". */
    Optional<FactPatterns.Word> noun(String word) {
        return FactPatterns.named(patterns.nouns, word);
    }
}
