package io.arkestra.keyword.lucene.internal;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * British spellings as American ones, by their endings, so that "favourite colour" and "favorite color" are the same words: -our, -ise,
 * -yse, -tre, -bre, -logue, -gramme. Words that are spelt alike everywhere ("promise") change in texts and questions alike. What follows no
 * rule stands among the irregular forms.
 */
final class Spelling {
    private record Rule(String ending, Pattern pattern, String replacement) {}

    private static final List<Rule> RULES = List.of(
            rule(
                    "our",
                    "([a-z]{2,})our(s|ed|ing|er|ers|able|ably|ful|fully|less|ite|ites|hood|hoods|ly|y|al|ally)?",
                    "$1or$2"),
            rule("is", "([a-z]{3,})is(e|es|ed|ing|er|ers|ation|ations)", "$1iz$2"),
            rule("lys", "([a-z]{2,})lys(e|es|ed|ing|er|ers)", "$1lyz$2"),
            rule("re", "([a-z]{2,}[bt])re(s)?", "$1er$2"),
            rule("logue", "([a-z]+)logue(s)?", "$1log$2"),
            rule("gramme", "([a-z]+)gramme(s)?", "$1gram$2"));

    private Spelling() {}

    private static Rule rule(String ending, String pattern, String replacement) {
        return new Rule(ending, Pattern.compile(pattern), replacement);
    }

    /** The word, in lower case, as it is spelt in American English. */
    static String american(String word) {
        for (Rule rule : RULES) {
            if (word.contains(rule.ending())) {
                Matcher match = rule.pattern().matcher(word);
                if (match.matches()) {
                    return match.replaceFirst(rule.replacement());
                }
            }
        }
        return word;
    }
}
