package io.arkestra.memory.record.internal;

import io.arkestra.memory.Statement;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds out what is no longer so, without anything being said to be so instead. */
final class Endings {
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;
    private static final Pattern MARK = Pattern.compile(
            "\\bno longer\\b|\\b(?:don't|do not|doesn't|not|haven't)\\b.*\\b(?:any ?more|any longer)\\b|\\b(?:больше|уже) не\\b|\\bбольше нет\\b"
                    + "|\\bi(?:'ve| have)? (?:just )?(?:sold|got rid of) my\\b|\\bпродал[аи]? (?:свою |свой |мою |мой )?"
                    + "|\\bi(?:'ve| have)? (?:just )?(?:quit|left|lost) my job\\b|\\bуволил(?:ся|ась)\\b",
            FLAGS);
    private static final Pattern NO_JOB =
            Pattern.compile("\\bi(?:'ve| have)? (?:just )?(?:quit|left|lost) my job\\b|\\bуволил(?:ся|ась)\\b", FLAGS);
    private static final Pattern GIVEN_UP = Pattern.compile(
            "(?:\\b(?:sold|got rid of|have|had) (?:an?|my|the|any)|больше нет|продал[аи]?(?: свою| свой| мою| мой)?) (?<n>[\\p{L}]+)",
            FLAGS);
    private static final List<Pattern> DROPPED = List.of(
            Pattern.compile("\\bno longer ", FLAGS),
            Pattern.compile("\\b(?:don't|do not) ", FLAGS),
            Pattern.compile("\\bnot ", FLAGS),
            Pattern.compile("\\s*\\b(?:any ?more|any longer)\\b", FLAGS),
            Pattern.compile("\\b(?:больше|уже) не ", FLAGS));

    private static final int LONGEST_INSTEAD = 4;
    private static final Pattern INSTEAD = Pattern.compile(
            "^\\s*[,;—–-]?\\s*(?:(?:but|and|it's|it is|that's|now|а|но|это|теперь|сейчас)\\s+)+"
                    + "(?!(?:i|i'm|i've|my|we|he|she|they|you|it|still|not|я|мы|он|она|они|мой|моя|мое|у|не|все)\\b)(?<v>[^,;!?]{1,60}?)\\s*[.!]*$",
            FLAGS);

    private final FactSearch search;

    Endings(FactSearch search) {
        this.search = search;
    }

    boolean isIn(String words) {
        return MARK.matcher(FactSearch.fold(words)).find();
    }

    /** The statement that is no longer so: what the clause would say without the words that deny it. */
    Optional<Statement> find(String clause) {
        String folded = FactSearch.fold(clause);
        if (NO_JOB.matcher(folded).find()) {
            return Optional.of(Statement.one(Statement.Kind.PROFILE, "user", "workplace", Slot.ANY)
                    .ended());
        }
        Matcher givenUp = GIVEN_UP.matcher(folded);
        if (givenUp.find()) {
            Optional<FactPatterns.Word> noun = search.noun(givenUp.group("n"));
            if (noun.isPresent()) {
                return Optional.of(Statement.one(
                                noun.get().kind().orElse(Statement.Kind.PROFILE),
                                "user",
                                noun.get().name(),
                                Slot.ANY)
                        .ended());
            }
        }
        return search.find(positive(clause)).stream()
                .findFirst()
                .map(found -> found.statement().ended());
    }

    /** What the clause would say without the words that deny it. */
    private static String positive(String clause) {
        String positive = FactSearch.fold(clause);
        for (Pattern pattern : DROPPED) {
            positive = pattern.matcher(positive).replaceFirst("");
        }
        return positive;
    }

    /**
     * "My favourite colour is not green any more, it is blue": what is so instead.
     *
     * @param rest what follows the clause
     */
    Optional<FactSearch.Found> instead(String clause, String rest) {
        Matcher match = INSTEAD.matcher(FactSearch.fold(rest));
        if (!match.matches()) {
            return Optional.empty();
        }
        String value = rest.substring(match.start("v"), match.end("v")).strip();
        String positive = positive(clause);
        return search.find(positive).stream()
                .findFirst()
                .filter(found -> !found.statement().isMany())
                .filter(found -> found.text().endsWith(found.statement().value()))
                .filter(found -> value.split("\\s+").length <= LONGEST_INSTEAD)
                .map(found -> {
                    Statement old = found.statement();
                    String lead = found.text()
                            .substring(0, found.text().length() - old.value().length());
                    return new FactSearch.Found(
                            Statement.one(old.kind(), old.subject(), old.attribute(), value),
                            lead + value,
                            (clause + rest).strip(),
                            0,
                            0);
                });
    }
}
