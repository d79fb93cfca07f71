package io.arkestra.offline.internal;

import io.arkestra.common.Json;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sentences that say how to be spoken to, and what not to touch, in English and Russian: "be formal", «говори короче», «давай на ты»,
 * "answer in English", "don't talk about politics". The first rule that fits decides. Rules see ё as е.
 */
final class StyleRules {
    private record Rule(String slot, String value, Pattern pattern) {}

    private static final String TALK_EN = "(?:talk|speak|answer|reply|write|respond|be|stay)(?: (?:to|with) me)?";
    private static final String TALK_RU =
            "(?:говори|отвечай|пиши|общайся|разговаривай|выражайся|будь|говорить|отвечать|писать)(?:те)?(?: со мной| мне)?(?: (?:впредь|теперь|всегда))?";
    private static final String MORE_EN = "(?: (?:a (?:bit|little)|a lot|much))?(?: more| less)?";
    private static final String MORE_RU = "(?: (?:немного|чуть(?:-чуть)?|намного|гораздо|по))?(?: (?:более|побольше))?";

    private static final List<Rule> RULES = List.of(
            rule(
                    "form",
                    "familiar",
                    "(?:давай(?:те)?|перейдем|перейти|обращайся(?: ко мне)?|обращайтесь(?: ко мне)?|говори(?:те)?(?: мне| со мной)?"
                            + "|называй(?:те)? меня|можно|лучше|ко мне)(?: (?:перейдем|будем))? на \"?«?ты\"?»?|(?:можно|лучше) \"?«?ты\"?»?"),
            rule(
                    "form",
                    "formal",
                    "(?:давай(?:те)?|перейдем|перейти|обращайся(?: ко мне)?|обращайтесь(?: ко мне)?|говори(?:те)?(?: мне| со мной)?"
                            + "|называй(?:те)? меня|можно|лучше|ко мне)(?: (?:перейдем|будем))? на \"?«?вы\"?»?|(?:можно|лучше) \"?«?вы\"?»?"),
            rule(
                    "form",
                    "familiar",
                    "(?:let us )?(?:be|go) on (?:a )?first[- ]name (?:terms|basis)|" + TALK_EN + " familiar(?:ly)?"),
            rule(
                    "language",
                    "en",
                    TALK_EN + " (?:only |always )?(?:in )?english|" + TALK_RU
                            + " (?:только )?(?:по-английски|на английском(?: языке)?)"),
            rule(
                    "language",
                    "ru",
                    TALK_EN + " (?:only |always )?(?:in )?russian|" + TALK_RU
                            + " (?:только )?(?:по-русски|на русском(?: языке)?)"),
            rule(
                    "language",
                    "auto",
                    TALK_EN + " (?:in )?(?:my language|the language (?:i (?:use|write in)|of (?:my|each) message))"
                            + "|" + TALK_RU + " на (?:моем языке|языке (?:моего|каждого) сообщения)"),
            rule(
                    "tone",
                    "brief",
                    TALK_EN + MORE_EN + " (?:briefly|brief|short(?:er|ly)?|concise(?:ly)?|succinct(?:ly)?|to the point)"
                            + "|(?:keep|make) (?:it|your answers?|answers)(?: (?:a (?:bit|little)|much))? (?:short(?:er)?|brief|concise)|(?:be )?less (?:verbose|wordy|detailed)"
                            + "|(?:shorter|briefer)(?: answers)?"),
            rule(
                    "tone",
                    "brief",
                    TALK_RU + MORE_RU
                            + " (?:короче|покороче|кратко|кратче|лаконично|лаконичнее|лаконичен|сжато|коротко)|(?:покороче|короче)"),
            rule(
                    "tone",
                    "detailed",
                    TALK_EN + MORE_EN + " (?:detailed|in (?:more )?detail|verbose(?:ly)?|thorough(?:ly)?|at length)"
                            + "|(?:give|tell) me more details?|(?:more details|longer answers)"),
            rule(
                    "tone",
                    "detailed",
                    TALK_RU + MORE_RU
                            + " (?:подробно|подробнее|поподробнее|развернуто|детально|детальнее)|поподробнее|подробнее"),
            rule(
                    "tone",
                    "informal",
                    TALK_EN
                            + "(?: (?:a (?:bit|little)|much))? (?:less formal(?:ly)?|more? ?(?:informal(?:ly)?|casual(?:ly)?|relaxed)|informal(?:ly)?|casual(?:ly)?)"),
            rule(
                    "tone",
                    "informal",
                    TALK_RU + MORE_RU
                            + " (?:проще|попроще|неформально|неформальнее|менее (?:официально|формально)|свободнее)"),
            rule(
                    "tone",
                    "formal",
                    TALK_EN
                            + "(?: (?:a (?:bit|little)|much))?(?: more)? (?:formal(?:ly)?|polite(?:ly)?|official(?:ly)?)"),
            rule(
                    "tone",
                    "formal",
                    TALK_RU + MORE_RU
                            + " (?:официально|официальнее|официален|формально|формальнее|вежливо|вежливее|вежлив|вежливы)"),
            rule(
                    "tone",
                    "playful",
                    TALK_EN + MORE_EN + " (?:playful(?:ly)?|funn(?:y|ier)|humou?rous|with (?:more )?humou?r)"),
            rule("tone", "playful", TALK_RU + MORE_RU + " (?:веселее|повеселее|с юмором|забавнее|шутливо)"),
            rule("tone", "serious", TALK_EN + MORE_EN + " serious(?:ly)?|(?:stop|no more|no) (?:joking|jokes|kidding)"),
            rule("tone", "serious", TALK_RU + MORE_RU + " (?:серьезно|серьезнее|посерьезнее|без шуток|без юмора)"),
            rule(
                    "boundary",
                    "",
                    "(?:please )?(?:don't|do not|never|stop) (?:talk(?:ing)?|speak(?:ing)?|mention(?:ing)?|bring(?:ing)? up|joke|joking|ask(?:ing)?)"
                            + "(?: (?:to|with) me)?(?: me)?(?: any ?more)?(?: about)? (?!it$|this$|that$)(.+)|avoid (?:the (?:topic|subject)s? of|talking about|mentioning) (.+)"),
            rule(
                    "boundary",
                    "",
                    "(?:больше )?(?:никогда )?не (?:говори|упоминай|поднимай|затрагивай|касайся|шути|спрашивай|обсуждай|заводи разговор)(?:те)?"
                            + "(?: со мной| при мне| меня| мне)?(?: больше)?(?: тем[уы])?(?: (?:о|об|обо|про|на тему|над))? (?!это(?:м|го)?$|так$|мне$)(.+)"),
            rule(
                    "goal",
                    "",
                    "my (?:main |big |biggest )?goal (?:is|for (?:this|next) (?:year|month|week) is)(?: to)? (.+)"),
            rule(
                    "goal",
                    "",
                    "моя (?:главная |основная )?цель(?: на (?:этот|следующий) (?:год|месяц))?(?: ?[-–—:])? (.+)"));

    private StyleRules() {}

    private static Rule rule(String slot, String value, String pattern) {
        return new Rule(
                slot, value, Pattern.compile("(?:" + pattern + ")", Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE));
    }

    /** The slots of the wish that a message is; empty when it is none. */
    static Optional<Json> find(Utterance utterance) {
        String end = utterance.asked() ? "[\\s.!?…]+$" : "[\\s.!…]+$";
        String plain = utterance.text().replaceAll(end, "").replaceAll("(?:,? (?:please|пожалуйста|плиз))$", "");
        String folded = plain.replace('ё', 'е').replace('Ё', 'Е');
        for (Rule rule : RULES) {
            Matcher matcher = rule.pattern().matcher(folded);
            if (matcher.matches()) {
                String value = rule.value().isEmpty() ? argument(matcher, plain) : rule.value();
                return Optional.of(Json.object().put(rule.slot(), value).build());
            }
        }
        return Optional.empty();
    }

    private static String argument(Matcher matcher, String plain) {
        for (int group = 1; group <= matcher.groupCount(); group++) {
            if (matcher.group(group) != null) {
                return plain.substring(matcher.start(group), matcher.end(group)).strip();
            }
        }
        return plain;
    }
}
