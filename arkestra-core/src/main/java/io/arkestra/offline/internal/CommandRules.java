package io.arkestra.offline.internal;

import io.arkestra.persona.internal.Intent;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sentences that leave no doubt about what is wanted, in English and Russian: the first rule that fits decides. Where a rule has a
 * group, the group is the slot that its intent carries.
 */
final class CommandRules {
    /**
     * A command that was understood.
     *
     * @param intent what is wanted
     * @param argument the rest of the sentence; may be empty
     */
    record Command(Intent intent, String argument) {}

    private record Rule(Intent intent, Pattern pattern) {}

    private static final String PLEASE_EN = "(?:please,? |could you |can you |would you )?(?:please,? )?";
    private static final String PLEASE_RU = "(?:пожалуйста,? )?";

    private static final List<Rule> RULES = List.of(
            rule(
                    Intent.GREETING,
                    "(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings)(?: (?:there|again|arkestra|all))?"),
            rule(
                    Intent.GREETING,
                    "(?:привет|здравствуйте?|здравствуй|доброе утро|добр(?:ый|ого) (?:день|вечер|дня|вечера)|хай|салют)"),
            rule(
                    Intent.THANKS,
                    "(?:ok(?:ay)?,? |great,? )?(?:thanks?|thank you|thx|cheers)(?: (?:a lot|so much|very much|you))?"),
            rule(Intent.THANKS, "(?:большое )?(?:спасибо|благодарю|спс)(?: (?:большое|тебе|вам|огромное))?"),
            rule(Intent.GOODBYE, "(?:bye(?:[- ]bye)?|goodbye|good night|see you(?: later| soon| tomorrow)?)"),
            rule(Intent.GOODBYE, "(?:пока|до свидания|до встречи|спокойной ночи|до завтра|всего доброго)"),
            rule(Intent.HOW_ARE_YOU, "how are (?:you|things)(?: doing| today)?|how do you do|how's it going"),
            rule(Intent.HOW_ARE_YOU, "как (?:дела|ты|вы|поживаешь|жизнь)"),
            rule(Intent.ABILITIES, "(?:help|who are you|what are you|what can you do|what do you do)"),
            rule(Intent.ABILITIES, "(?:помощь|кто ты|кто вы|что ты (?:умеешь|можешь)|что вы (?:умеете|можете))"),
            rule(
                    Intent.ASK_NAME,
                    "(?:what(?:'s| is) my name|who am i|do you (?:know|remember) my name|what do you call me)"),
            rule(
                    Intent.ASK_NAME,
                    "(?:как меня зовут|кто я|как ты меня (?:зов[её]шь|называешь)|ты (?:знаешь|помнишь),? как меня зовут)"),
            rule(Intent.ASK_ZONE, "(?:what(?:'s| is) my time ?zone|which time ?zone am i in)"),
            rule(
                    Intent.ASK_ZONE,
                    "(?:какая у меня (?:временная |часовая )?зона|какой у меня (?:часовой|временной) пояс)"),
            rule(
                    Intent.ASK_TIME,
                    "(?:what(?:'s| is) the (?:time|date)(?: now| today)?|what time is it(?: now)?|what (?:day|date) is (?:it|today)(?: today)?)"),
            rule(
                    Intent.ASK_TIME,
                    "(?:который (?:сейчас )?час|сколько (?:сейчас )?времени|какое сегодня число|какой сегодня день(?: недели)?|какая сегодня дата)"),
            rule(
                    Intent.LIST_NOTES,
                    PLEASE_EN + "(?:show|list|read|what are|give me)(?: me)?(?: all)? (?:my|the) notes"),
            rule(
                    Intent.LIST_NOTES,
                    PLEASE_RU
                            + "(?:покажи|перечисли|прочитай|выведи)(?: все)?(?: мои)? заметки|какие у меня (?:есть )?заметки|мои заметки"),
            rule(
                    Intent.LIST_REMINDERS,
                    PLEASE_EN
                            + "(?:show|list|what are|give me)(?: me)?(?: all)? (?:my|the) reminders|what reminders do i have|my reminders"),
            rule(
                    Intent.LIST_REMINDERS,
                    PLEASE_RU
                            + "(?:покажи|перечисли|выведи)(?: все)?(?: мои)? напоминания|какие у меня (?:есть )?напоминания|мои напоминания"),
            rule(
                    Intent.CANCEL_REMINDER,
                    PLEASE_EN + "(?:cancel|delete|remove|drop) (?:the |my )?reminder(?: (?:about|for|to|:))? ?(.*)"),
            rule(Intent.CANCEL_REMINDER, PLEASE_RU + "(?:отмени|удали|убери) напоминание(?: (?:о|об|про|:))? ?(.*)"),
            rule(Intent.SET_NAME, PLEASE_EN + "(?:call me|you can call me|address me as) (.+)"),
            rule(Intent.SET_NAME, "(?:hi,? |hello,? )?my name is (.+)"),
            rule(Intent.SET_NAME, PLEASE_RU + "(?:зови(?:те)?|называй(?:те)?) меня(?: просто)? (.+)"),
            rule(Intent.SET_NAME, "(?:привет,? |здравствуйте,? )?меня зовут (.+)"),
            rule(
                    Intent.REMEMBER,
                    PLEASE_EN + "(?:remember|keep in mind|don't forget|do not forget|memorize)(?: that|:|,)? (.+)"),
            rule(
                    Intent.REMEMBER,
                    PLEASE_RU + "(?:запомни(?:те)?|имей в виду|учти|не забудь|не забывай)(?:[,:]? что|[,:])? (.+)"),
            rule(
                    Intent.NOTE,
                    PLEASE_EN
                            + "(?:(?:make|take|add|write|create|save)(?: me)? a (?:quick )?note|note|note down|write down|jot down)(?: that| to self|:|,| -)? (.+)"),
            rule(
                    Intent.NOTE,
                    PLEASE_RU
                            + "(?:(?:сделай|добавь|создай|возьми на|запиши)(?: мне)?(?: новую)? заметку|заметка|запиши|отметь)(?:[,:]? что|[,:]| -)? (.+)"));

    private static final Pattern NAME =
            Pattern.compile("[\\p{L}][\\p{L}\\p{M}'’.-]*(?: [\\p{L}][\\p{L}\\p{M}'’.-]*){0,3}");
    private static final Pattern NOT_A_NAME = Pattern.compile(
            "(?:back|later|when|if|at|in|on|after|before|tomorrow|today|tonight|now|again|please|once|a|an|the|as|завтра|сегодня|потом|когда|если|через|в|на|позже|только|обратно)(?: .*)?",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private CommandRules() {}

    private static Rule rule(Intent intent, String pattern) {
        return new Rule(
                intent,
                Pattern.compile(
                        "(?:" + pattern + ")", Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL));
    }

    static Optional<Command> find(String text) {
        String plain = text.strip().replaceAll("\\s+", " ").replace('’', '\'');
        String bare = plain.replaceAll("[\\s.!?)…]+$", "");
        for (Rule rule : RULES) {
            Matcher matcher =
                    rule.pattern().matcher(rule.pattern().matcher("").groupCount() > 0 ? keepEnd(plain) : bare);
            if (matcher.matches()) {
                String argument = matcher.groupCount() > 0 && matcher.group(1) != null
                        ? matcher.group(1).strip()
                        : "";
                if (rule.intent() != Intent.SET_NAME || isName(argument)) {
                    return Optional.of(new Command(rule.intent(), argument));
                }
            }
        }
        return Optional.empty();
    }

    /** Whether the words can be how somebody wants to be called, rather than "call me back tomorrow". */
    private static boolean isName(String words) {
        return words.length() <= 100
                && NAME.matcher(words).matches()
                && !NOT_A_NAME.matcher(words).matches();
    }

    private static String keepEnd(String text) {
        return text.replaceAll("[\\s.!]+$", "");
    }
}
