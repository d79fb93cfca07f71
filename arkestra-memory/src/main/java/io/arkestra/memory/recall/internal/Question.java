package io.arkestra.memory.recall.internal;

import io.arkestra.keyword.lucene.internal.Word;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What is asked, and what kind of answer is looked for.
 *
 * @param text the question
 * @param words all of its words
 * @param content the stems of what it is about
 * @param asksTime it asks when
 * @param asksNumber it asks how many
 * @param asksMany it asks for several things
 * @param past it asks for what was so before
 * @param now it asks for how things are
 * @param first it asks for what was so, or was said, at first
 * @param order whether the first or the last mention is asked for
 */
record Question(
        String text,
        List<Word> words,
        Set<String> content,
        boolean asksTime,
        boolean asksNumber,
        boolean asksMany,
        boolean past,
        boolean now,
        boolean first,
        Order order) {
    enum Order {
        ANY,
        FIRST,
        LAST
    }

    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;
    private static final Pattern TIME = Pattern.compile(
            "\\b(when|what (day|date|month|year|time)|which (day|date|month|year)|how long|since when|how often|когда|как долго|как давно"
                    + "|с каких пор|в каком (году|месяце)|какого числа|в какой день|во сколько)\\b",
            FLAGS);
    private static final Pattern NUMBER =
            Pattern.compile("\\b(how (many|much|old|often|long|far)|сколько|как часто|как долго)\\b", FLAGS);
    /** Not every form of a question for a list, but few others: a plural after what or which, several people, or what somebody has done. */
    private static final Pattern MANY = Pattern.compile(
            "\\b(both|in common|list|(which|what)( of)? (\\w+ )?(?!(is|was|does|has|his|this|its|us|as|goes|comes|takes|makes|gets)\\b)\\w{2,}s(?<!ss|us)\\b"
                    + "|what (kinds?|types?|sorts?|other|else)|what (all )?(have|has) \\w+|(what|which|where) .* (have|has) .*"
                    + "|(what|which) (do|did|does) .* and .*"
                    + "|who all|name all|все|всех|список|перечисли\\w*|какие|каких|какими|каким[и]? \\w+|оба|обе|обоих|общего|что ещё|что еще)\\b",
            FLAGS);

    private static final Pattern PAST = Pattern.compile(
            "\\b(previous\\w*|before|used to|former\\w*|old|earlier|originally|past|at first|back then|first"
                    + "|раньше|прежде|прежн\\w+|бывш\\w+|предыдущ\\w+|до этого|до того|стар\\w+|сначала|изначально|прошл\\w+|был[аои]? раньше)\\b",
            FLAGS);
    private static final Pattern NOW = Pattern.compile(
            "\\b(now|current\\w*|at the moment|these days|nowadays|today|latest|newest|still|right now|any more|anymore"
                    + "|сейчас|теперь|текущ\\w+|нынешн\\w+|на данный момент|сегодня|всё ещё|все еще|самый новый|самая новая)\\b",
            FLAGS);
    private static final Pattern FIRST = Pattern.compile(
            "\\b((say|said|tell|told|mention\\w*|talk\\w*|speak|spoke) (\\w+ ){0,3}first|first (\\w+ ){0,2}(say|said|tell|told|mention\\w*|talk\\w*|speak|spoke)"
                    + "|for the first time|впервые|в первый раз|первый раз|сначала (сказал\\w*|говорил\\w*|рассказал\\w*))\\b",
            FLAGS);
    private static final Pattern AT_FIRST = Pattern.compile(
            "\\b(first|originally|initially|in the beginning|сначала|изначально|перв(ый|ая|ое|ую|ой|ого|ым)|вначале)\\b",
            FLAGS);
    private static final Pattern LAST = Pattern.compile(
            "\\b((say|said|tell|told|mention\\w*|talk\\w*|speak|spoke) (\\w+ ){0,3}last(?! (week|month|year|night|mon|tue|wed|thu|fri|sat|sun))"
                    + "|last (\\w+ ){0,2}(say|said|tell|told|mention\\w*|talk\\w*|speak|spoke)|last time"
                    + "|в последний раз|последний раз)\\b",
            FLAGS);

    static Question of(String text, List<Word> words, QuestionForm form) {
        Order order =
                FIRST.matcher(text).find() ? Order.FIRST : LAST.matcher(text).find() ? Order.LAST : Order.ANY;
        boolean first = order == Order.FIRST || AT_FIRST.matcher(text).find();
        boolean past = first || PAST.matcher(text).find();
        return new Question(
                text,
                words,
                form.content(words).stream().map(Word::stem).collect(Collectors.toSet()),
                TIME.matcher(text).find(),
                NUMBER.matcher(text).find(),
                MANY.matcher(text).find(),
                past,
                !past && NOW.matcher(text).find(),
                first,
                order);
    }
}
