package io.arkestra.memory.record.internal;

import io.arkestra.memory.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds out which attribute of the user, or of somebody close to them, a question asks for, in English and Russian. Facts carry the same
 * attribute whatever language they were told in, so that they answer in either. Careful rather than complete: a question with a word that
 * does not belong to the attribute asks for something else. Immutable and thread-safe.
 */
public final class AskedAttributes {
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;
    private static final Pattern USER = Pattern.compile(
            "\\b(?:i|i'm|i've|i'd|me|my|mine|we|us|our|я|меня|мне|мной|мы|нас|нам|наш\\p{L}*|мой|моя|мое|мои|моего|моей|моих|моему|моим|моем|мою)\\b",
            FLAGS);
    private static final Pattern OTHERS = Pattern.compile(
            "\\b(?:you|your|he|she|his|her|they|their|ты|вы|тебя|вас|твой|твоя|твое|ваш\\p{L}*|он|она|они|его|ее|их)\\b",
            FLAGS);
    /** Words that only say which of several values is meant. */
    private static final String WHICH =
            "now currently current today still actually these days present before previously previous earlier formerly former used first last"
                    + " latest then originally original ago old new exactly kind type sort make brand model again and own full"
                    + " сейчас теперь сегодня нынешний текущий раньше прежде прежний предыдущий бывший сначала первый первая первое первую"
                    + " последний изначально тогда старый новый именно до этого марка вид тип вообще";

    private static final Pattern BEST = Pattern.compile("\\bfavou?rite|\\b(?:best|most)\\b|любим|больше всего", FLAGS);
    private static final String FAVOURITE =
            "favourite favorite like love best most любимый любимая любимое люблю нравится больше всего";

    private static final FactPatterns PATTERNS = FactRules.patterns();
    private static final Map<String, Pattern> RELATIONS = relations();
    private static final List<Form> FORMS = forms();

    /** How one attribute is asked for. */
    private record Form(String attribute, Pattern form, boolean isNoun, boolean isFavourite, String words) {}

    /**
     * What is asked for.
     *
     * @param subject the user or a relation, which stands for each of that name
     * @param name of the relation, in lower case; empty when the question gives none
     * @param attribute of statements
     */
    public record Asked(String subject, String name, String attribute) {
        /** Whether a statement is about just that. */
        public boolean isSaidBy(Statement statement) {
            boolean same = name.isEmpty()
                    ? statement.subject().equals(subject) || statement.subject().startsWith(subject + " ")
                    : statement.subject().equals(subject + " " + name);
            return same && statement.attribute().equals(attribute) && !(statement.isMany() && statement.isEnded());
        }

        /** Whether there is one slot for it. */
        boolean isOfUser() {
            return subject.equals("user");
        }
    }

    private AskedAttributes() {}

    private static List<Form> forms() {
        List<Form> forms = new ArrayList<>();
        for (String line : FactPatterns.lines("attribute-questions.txt")) {
            String[] parts = line.split(" \\| ");
            forms.add(new Form(
                    parts[0].strip(),
                    Pattern.compile(parts[1].strip().replace('ё', 'е'), FLAGS),
                    false,
                    false,
                    parts[2] + " " + AttributeWords.of(parts[0].strip())));
        }
        PATTERNS.nouns.forEach(noun -> forms.add(new Form(
                noun.name(),
                whole(noun.pattern()),
                true,
                false,
                AttributeWords.of(noun.name()) + " name called зовут имя кличка have")));
        PATTERNS.favourites.forEach(thing -> forms.add(new Form(
                "favourite." + thing.name(),
                Pattern.compile(
                        "(?=.*(?:" + BEST.pattern() + ")).*?"
                                + whole(thing.pattern()).pattern(),
                        FLAGS),
                true,
                true,
                FAVOURITE + " " + AttributeWords.of("favourite." + thing.name()))));
        return List.copyOf(forms);
    }

    private static Map<String, Pattern> relations() {
        Map<String, Pattern> relations = new LinkedHashMap<>();
        PATTERNS.relations.forEach(relation -> relations.put(
                relation.name(),
                Pattern.compile(
                        "(?<![\\p{L}\\p{N}])(?:" + relation.pattern().pattern()
                                + ")(?:'s)?(?: (?<p>(?-i:\\p{Lu}\\p{Ll}+))(?:'s)?)?(?![\\p{L}\\p{N}])",
                        FLAGS)));
        return relations;
    }

    private static Pattern whole(Pattern word) {
        return Pattern.compile("(?<![\\p{L}\\p{N}])(?:" + word.pattern() + ")(?![\\p{L}\\p{N}])", FLAGS);
    }

    /**
     * What a question asks for; nothing when it asks for anything else besides.
     *
     * @param content the stems of the words of a text that carry its meaning
     */
    public static Set<Asked> of(String question, Function<String, Set<String>> content) {
        String text = FactSearch.fold(question).strip();
        String subject = "user";
        String name = "";
        for (Map.Entry<String, Pattern> relation : RELATIONS.entrySet()) {
            Matcher match = relation.getValue().matcher(text);
            if (match.find()) {
                subject = relation.getKey();
                name = match.group("p") == null ? "" : match.group("p").toLowerCase(Locale.ROOT);
                text = text.substring(0, match.start()) + "my" + text.substring(match.end());
                break;
            }
        }
        if (subject.equals("user") && !USER.matcher(text).find()
                || OTHERS.matcher(text).find()) {
            return Set.of();
        }
        return attributes(text, subject, name, content);
    }

    private static Set<Asked> attributes(
            String text, String subject, String name, Function<String, Set<String>> content) {
        Set<String> words = new HashSet<>(content.apply(text));
        words.removeAll(content.apply(WHICH));
        Map<String, Set<String>> known = new HashMap<>();
        Set<Asked> asked = new LinkedHashSet<>();
        // Each of the many forms of favourites would look for these words again from every character on.
        boolean favourites = BEST.matcher(text).find();
        for (Form form : FORMS) {
            if (form.isFavourite() && !favourites) {
                continue;
            }
            Matcher match = form.form().matcher(text);
            if (!match.find()) {
                continue;
            }
            Set<String> covered = known.computeIfAbsent(form.words(), content);
            Set<String> named = form.isNoun() ? content.apply(match.group()) : Set.of();
            if (words.stream().allMatch(word -> covered.contains(word) || named.contains(word))) {
                asked.add(new Asked(subject, name, form.attribute()));
            }
        }
        return asked;
    }
}
