package io.arkestra.offline.internal;

import io.arkestra.persona.internal.Intent;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sentences that leave no doubt about what is wanted, in English and Russian: the first rule that fits decides. Where a rule has a
 * group, the group is the slot that its intent carries. Rules see ё as е.
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

    /** What may stand between the word of command and what it is about. */
    private static final String THAT_EN = "(?:,? please,?)?(?: (?:that|this|the following))?(?: ?[:,–—-]+)?(?: that)? ";

    private static final String THAT_RU =
            "(?:,? (?:пожалуйста|плиз))?(?: (?:следующее|вот что|это))?(?:[,:]? что|[,:]? ?[,:–—-])? ";
    private static final String SHOW_EN = "(?:show|list|read|display|give|tell|see|view|print|open)(?: me)?";
    private static final String SHOW_RU =
            "(?:покажи|перечисли|прочитай|прочти|выведи|дай|открой|назови|показать|перечислить|прочитать|вывести)(?:те)?(?: мне)?";

    private static final List<Rule> RULES = List.of(
            rule(
                    Intent.GREETING,
                    "(?:hi|hello|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day))"
                            + "(?:,? (?:there|again|arkestra|all|everyone|everybody|my friend))*"),
            rule(
                    Intent.GREETING,
                    "(?:привет(?:ик|ствую)?|здравствуй(?:те)?|добр(?:ый|ого) (?:день|вечер|дня|вечера)|добро(?:е|го) утр[оа]|хай|салют)"
                            + "(?:,? (?:тебе|вам|снова|всем|друг|аркестра|еще раз))*"),
            rule(
                    Intent.THANKS,
                    "(?:(?:ok(?:ay)?|great|good|perfect|nice|cool|wonderful|fine|no),? )*(?:many )?"
                            + "(?:thanks?|thank you|thx|cheers|much appreciated|i appreciate (?:it|that))"
                            + "(?:,? (?:a lot|a bunch|so much|very much|again|you|arkestra|for (?:your|the|all(?: your)?) (?:help|answer)|for everything|for that))*"),
            rule(
                    Intent.THANKS,
                    "(?:(?:большое|огромное|ок|окей|отлично|супер|хорошо|понятно|ясно|нет),? )*(?:спасибо|благодарю|спс|мерси)"
                            + "(?:,? (?:большое|огромное|тебе|вам|тебя|вас|аркестра|еще раз|за (?:помощь|ответ|все)))*"),
            rule(
                    Intent.GOODBYE,
                    "(?:bye(?:[- ]bye)?|goodbye|good night|farewell|take care|see (?:you|ya)(?: later| soon| tomorrow| around)?)"
                            + "(?:,? (?:arkestra|for now|all|then))*"),
            rule(
                    Intent.GOODBYE,
                    "(?:пока(?:[- ]пока)?|до свидания|до встречи|спокойной ночи|доброй ночи|до завтра|до скорого|прощай(?:те)?|всего (?:доброго|хорошего))"
                            + "(?:,? (?:аркестра|всем))*"),
            rule(
                    Intent.HOW_ARE_YOU,
                    "how (?:are|r) (?:you|u|things)(?: doing)?(?: today| now)?|how do you do|how (?:have you been|do you feel)"
                            + "|how(?:'s| is) (?:it going|life|everything|your day)|(?:what'?s|what is) up"),
            rule(
                    Intent.HOW_ARE_YOU,
                    "как (?:у (?:тебя|вас) )?(?:дела|ты|вы|поживаешь|поживаете|жизнь|настроение|себя чувствуешь)(?: (?:у (?:тебя|вас)|сегодня))?|что нового"),
            rule(
                    Intent.ABILITIES,
                    "help(?: me)?(?: please)?|(?:who|what) are you|what (?:can|do) you do(?: for me| here)?|what can i (?:do|ask(?: you)?|say)(?: here)?"
                            + "|how (?:do|does|can) (?:you|this|it) (?:work|help(?: me)?)|what are you (?:able to do|capable of|good at)|what are your (?:abilities|capabilities|commands)"),
            rule(
                    Intent.ABILITIES,
                    "помощь|помоги(?:те)?(?: мне)?|справка|кто (?:ты|вы)(?: так(?:ой|ая|ие))?|что (?:ты|вы) (?:такое|умеешь|умеете|можешь|можете|делаешь|делаете)(?: делать)?"
                            + "|(?:чем|как) (?:ты |вы )?(?:можешь|можете) (?:мне )?помочь|как (?:ты|вы|это) работае(?:шь|те|т)|какие у (?:тебя|вас) (?:команды|возможности)"),
            rule(
                    Intent.ASK_NAME,
                    "(?:(?:do you )?(?:still )?(?:know|remember|recall) |tell me |say )?(?:what(?:'?s| is)? )?my name(?: is)?"
                            + "|who am i|(?:do you )?(?:know|remember) (?:who i am|what i(?:'m| am) called)|what (?:do you call me|am i called|name did i (?:tell|give) you)"),
            rule(
                    Intent.ASK_NAME,
                    "(?:(?:ты |вы )?(?:(?:знаешь|помнишь|знаете|помните)(?: ли)?(?: ты| вы)?|скажи(?:те)?|напомни(?:те)?),? )?"
                            + "(?:как (?:ты |вы )?меня (?:зовут|зовешь|зовете|называешь|называете)|как мое имя|какое у меня имя|мое имя|кто я(?: так(?:ой|ая))?)"),
            rule(
                    Intent.ASK_ZONE,
                    "(?:tell me )?(?:what(?:'?s| is)|which is) my (?:current )?time ?zone|(?:what|which) time ?zone (?:am i in|do i have|do you (?:have|use) for me|is set)"),
            rule(
                    Intent.ASK_ZONE,
                    "(?:какая|какой|какую) (?:у меня |мо[яй] )?(?:сейчас )?(?:временная |часовая |часовой |временной )?(?:зона|пояс)(?: у меня)?"
                            + "|в (?:какой|каком) я (?:временной |часовой |часовом )?(?:зоне|поясе)"),
            rule(
                    Intent.ASK_TIME,
                    "(?:tell me |do you know )?(?:what(?:'?s| is) )?(?:the )?(?:current |exact )?(?:time|date|day)(?: is it)?(?: now| today| right now)?(?: please)?"
                            + "|what(?:'?s| is) (?:today(?:'s date)?|the day today)"
                            + "|(?:tell me |do you know )?what (?:time|day|date|month|year|day of the week) (?:is (?:it|today)|it is)(?: now| today| right now)?"),
            rule(
                    Intent.ASK_TIME,
                    "(?:(?:скажи(?:те)?|подскажи(?:те)?|(?:ты )?знаешь|знаете),? )?(?:(?:который|какой) (?:сейчас |теперь )?час(?: сейчас)?|сколько (?:сейчас )?врем(?:ени|я)(?: сейчас)?"
                            + "|как(?:ое|ая|ой) (?:сегодня|сейчас) (?:число|время|дата|день(?: недели)?|месяц|год)|какой день недели сегодня|какое число сегодня)"),
            rule(
                    Intent.LIST_TASKS,
                    SHOW_EN
                            + "(?: all)?(?: of)?(?: (?:my|the|your))?(?: all)?(?: open)? (?:tasks|to-?dos?|to-?do list|task list)"
                            + "|what are (?:all )?my (?:open )?(?:tasks|to-?dos)|what(?:'s| is) on my (?:to-?do |task )?list"
                            + "|(?:what|which) tasks (?:do i have|have i (?:got|left)|are (?:there|open|left))"
                            + "|do i have (?:any )?(?:open )?tasks|(?:all )?(?:my )?(?:open )?(?:tasks|to-?dos|to-?do list|task list)"),
            rule(
                    Intent.LIST_TASKS,
                    SHOW_RU
                            + "(?: все)?(?: мои)?(?: все)?(?: открытые)? задачи|(?:какие|что за) (?:у меня )?(?:есть |сейчас |остались )?(?:открытые )?задачи(?: у меня)?(?: есть)?"
                            + "|(?:список |все )*(?:мо(?:и|их) )?(?:открытые )?задач[и]?|(?:мой )?список дел|есть (?:ли )?у меня задачи|у меня есть задачи"
                            + "|" + SHOW_RU + "(?: мой)? список (?:дел|задач)"),
            rule(
                    Intent.TASK,
                    "(?:(?:add|create|make|new|put)(?: me)?(?: down)? (?:a |an |another |the )?(?:new )?(?:task|to-?do)|new (?:task|to-?do)|task|to-?do)"
                            + "(?: (?:to|for me to|for me))?" + THAT_EN + "(?:to )?(.+)"),
            rule(Intent.TASK, "(?:add|put) (.+) (?:to|on|onto) my (?:to-?do |task )?(?:list|tasks|to-?dos)"),
            rule(
                    Intent.TASK,
                    "(?:(?:добавь|создай|запиши|поставь|заведи|добавить|создать|поставить)(?:те)?(?: мне)?(?: (?:новую|еще одну))? задачу"
                            + "|(?:добавь|запиши|внеси|добавить|внести)(?:те)?(?: мне)? в (?:мой )?(?:список (?:дел|задач)|задачи)"
                            + "|(?:новая )?задача)" + THAT_RU + "(.+)"),
            rule(
                    Intent.COMPLETE_TASK,
                    "(?:complete|finish|close|tick off|check off|mark) (?:(?:the|my|that) )*(?:task|to-?do)(?: (?:about|to|of))?(?: ?:)? (.+?)(?: as)?(?: (?:done|complete|completed|finished))?"),
            rule(
                    Intent.COMPLETE_TASK,
                    "(?:заверши|закрой|выполни|отметь|завершить|закрыть)(?:те)? (?:(?:мою|эту) )*задачу(?: (?:о том,? чтобы|о|об|про))?(?: ?:)? (.+?)(?: (?:выполненной|как выполненную|сделанной))?"),
            rule(
                    Intent.LIST_NOTES,
                    SHOW_EN + "(?: all)?(?: of)?(?: (?:my|the|your))?(?: all)? notes"
                            + "|what(?:'s| is| are)(?: in)? (?:all )?my notes|(?:what|which) notes (?:do i have|have i (?:made|taken|got)|did i (?:take|make|write)|are there)"
                            + "|do i have (?:any )?notes|(?:all )?(?:my )?notes|have i (?:got|taken|made) any notes"),
            rule(
                    Intent.LIST_NOTES,
                    SHOW_RU
                            + "(?: все)?(?: мои)?(?: все)? заметки|(?:какие|что за) (?:у меня )?(?:есть |сейчас )?заметки(?: у меня)?(?: есть)?"
                            + "|что (?:у меня )?в (?:моих )?заметках|(?:список |все )*(?:мо(?:и|их) )?замет(?:ки|ок)|есть (?:ли )?у меня заметки|у меня есть заметки"),
            rule(
                    Intent.LIST_REMINDERS,
                    SHOW_EN
                            + "(?: all)?(?: of)?(?: (?:my|the|your))?(?: all)?(?: active| upcoming)? (?:reminders|alarms|timers)"
                            + "|what are (?:all )?my (?:active |upcoming )?reminders|(?:what|which) reminders (?:do i have|have i (?:set|got)|are (?:there|set|active))"
                            + "|do i have (?:any )?(?:active |upcoming )?reminders|(?:all )?(?:my )?reminders|what will you remind me (?:of|about)"),
            rule(
                    Intent.LIST_REMINDERS,
                    SHOW_RU
                            + "(?: все)?(?: мои)?(?: все)?(?: активные)? напоминания|(?:какие|что за) (?:у меня )?(?:есть |сейчас )?(?:активные )?напоминания(?: у меня)?(?: есть)?"
                            + "|(?:список |все )*(?:мо(?:и|их) )?напоминани[яй]|есть (?:ли )?у меня напоминания|у меня есть напоминания|о чем ты (?:мне )?напомнишь"),
            rule(
                    Intent.CANCEL_REMINDER,
                    "(?:cancel|delete|remove|drop|stop|clear|turn off|forget) (?:(?:the|my|that|this|last|next) )*(?:reminder|alarm|timer)"
                            + "(?: (?:about|for|to|of|on))?(?: ?:)?(?: (.*))?"),
            rule(
                    Intent.CANCEL_REMINDER,
                    "(?:cancel|delete|remove|drop|clear) (?:(?:the|my|that|this) )*(.+?) (?:reminder|alarm|timer)"),
            rule(Intent.CANCEL_REMINDER, "(?:don't|do not|stop) remind(?:ing)? me(?: (?:about|to|of))?(?: (.*))?"),
            rule(
                    Intent.CANCEL_REMINDER,
                    "(?:отмени|удали|убери|сними|сотри|выключи|отменить|удалить|убрать)(?:те)? (?:(?:мое|это|то|последнее|мой) )*(?:напоминание|напоминалку|будильник|таймер)"
                            + "(?: (?:о том,? чтобы|о том,? что|о|об|обо|про|на|к))?(?: ?:)?(?: (.*))?"),
            rule(
                    Intent.CANCEL_REMINDER,
                    "(?:больше )?не напоминай(?:те)?(?: мне)?(?: больше)?(?: (?:о том,? чтобы|о|об|обо|про))?(?: (.*))?"),
            rule(
                    Intent.SET_NAME,
                    "(?:call me|address me as|refer to me as|my name(?:'s| is)|i(?:'m| am) called|i go by|name me)(?: just| simply)? (.+)"),
            rule(
                    Intent.SET_NAME,
                    "(?:(?:зови|называй|звать|называть)(?:те)? меня|обращай(?:ся|тесь) ко мне|меня зовут|меня можно (?:звать|называть)|мое имя(?: ?[-–—:])?"
                            + "|чтобы (?:ты|вы) (?:звал|называл)[аи]? меня)(?: просто| как)? (.+)"),
            rule(
                    Intent.REMEMBER,
                    "(?:remember|keep in mind|bear in mind|don't forget|do not forget|never forget|memori[sz]e)(?: for me)?"
                            + THAT_EN + "(.+)"),
            rule(
                    Intent.REMEMBER,
                    "(?:save|store|keep)(?: for me)?(?: the fact)?(?: that| (?:this|the following)?(?: fact)? ?:) (.+)"),
            rule(
                    Intent.REMEMBER,
                    "(?:запомни|помни|имей в виду|учти|не забудь|не забывай|запомнить|иметь в виду|учесть|помнить|не забыть|не забывать)(?:те)?"
                            + "(?: (?:себе|для меня))?" + THAT_RU + "(.+)"),
            rule(
                    Intent.REMEMBER,
                    "(?:сохрани|сохранить|знай)(?:те)?(?: (?:себе|для меня))?(?:,? что|(?: следующее)? ?:) (.+)"),
            rule(
                    Intent.NOTE,
                    "(?:(?:make|take|add|write|create|save|leave|jot)(?: me)?(?: down)? (?:a |another |this )?(?:quick |short |new |mental )?note|note to self|new note"
                            + "|(?:add|put|write)(?: this)? (?:to|in|into) my notes|note|note down|(?:write|jot)(?: this| it)? down|take down)"
                            + "(?: (?:to self|for me|of this|saying|down))?" + THAT_EN + "(.+)"),
            rule(Intent.NOTE, "(?:add|put|write) (.+) (?:to|in|into) my notes"),
            rule(
                    Intent.NOTE,
                    "(?:(?:сделай|добавь|создай|запиши|напиши|оставь|сделать|добавить|создать|записать|оставить)(?:те)?(?: мне)?(?: (?:новую|короткую|еще одну))? заметку"
                            + "|(?:добавь|запиши|внеси|напиши|добавить|записать|внести)(?:те)?(?: мне)? в (?:мои )?заметки"
                            + "|(?:новая )?заметка|(?:запиши|отметь|пометь|зафиксируй|записать|отметить)(?:те)?)(?: (?:себе|мне|для меня|о том))?"
                            + THAT_RU + "(.+)"),
            rule(
                    Intent.ACKNOWLEDGE,
                    "(?:(?:ok(?:ay)?|yes|no|yep|yeah|nope|sure|fine|great|good|cool|nice|perfect|i see|got it|right|all right|alright|understood)(?:,? )?)+"),
            rule(
                    Intent.ACKNOWLEDGE,
                    "(?:(?:ок|окей|да|нет|хорошо|ладно|понятно|понял[аи]?|ясно|отлично|супер|угу|ага|договорились)(?:,? )?)+"),
            rule(
                    Intent.FORGET,
                    "forget (?:me|everything|all)"
                            + "|(?:forget|delete|erase|remove) (?:everything|all)(?: of it)?(?: that)? (?:about me|i (?:have )?(?:said|told you)|you know(?: about me)?)"
                            + "|забудь(?:те)? (?:меня|все)"
                            + "|(?:забудь|удали|сотри)(?:те)? все(?:,? что)? (?:обо мне|про меня|(?:ты )?(?:обо мне )?знаешь(?: обо мне)?|я (?:тебе )?(?:сказал|говорил)[аи]?)"),
            rule(
                    Intent.FORGET,
                    "(?:forget (?!(?:about )?(?:it|this|that)$)(?:(?:the fact that|(?:everything|all|what i (?:said|told you)) about|about|that) )?"
                            + "|(?:delete|remove|erase) (?:(?:the|my|your|that) )*(?:memory|fact|note|message)(?: (?:about|that|of|on))? )(.+)"),
            rule(
                    Intent.FORGET,
                    "(?:(?:забудь|забыть)(?:те)?(?:,? (?:пожалуйста|плиз),?)? (?!(?:об )?это(?:м|го)?$)(?:(?:о том,? что|то,? что|что|все (?:о|об|про)|про|обо|об|о) )?"
                            + "|(?:удали|сотри|удалить)(?:те)? (?:(?:мою|мое|свою|эту|это|этот) )*(?:заметку|запись|воспоминание|факт|сообщение)(?: (?:о том,? что|о|об|про|что))? )(.+)"),
            rule(
                    Intent.UNSUPPORTED,
                    "(?:delete|remove|erase|forget|cancel|change|update|edit|correct|rename|send|e-?mail|play|open|order|buy|book|translate|turn (?:on|off)|switch (?:on|off)) .+"),
            rule(
                    Intent.UNSUPPORTED,
                    "(?:удали|сотри|забудь|отмени|измени|поменяй|исправь|обнови|переименуй|отправь|пошли|включи|выключи|закажи|купи|забронируй|открой|переведи|удалить|забыть|отменить|изменить|отправить)(?:те)? .+"));

    private static final Pattern NAME =
            Pattern.compile("[\\p{L}][\\p{L}\\p{M}'’.-]*(?: [\\p{L}][\\p{L}\\p{M}'’.-]*){0,3}");
    private static final Pattern NOT_A_NAME = Pattern.compile(
            "(?:back|later|soon|when|if|at|in|on|after|before|by|every|tomorrow|today|tonight|now|again|please|once|maybe|anytime|whenever|a|an|the|as|and|about|to|for"
                    + "|not|whatever|what|how"
                    + "|завтра|сегодня|потом|когда|если|через|в|во|на|по|к|с|из|за|позже|только|обратно|снова|опять|не|как|еще|вечером|утром|днем|чтобы|и)(?: .*)?",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    private static final Pattern AFTER_NAME = Pattern.compile(
            "(?:,? (?:from now on|please|then|instead|ok(?:ay)?|thanks?|by the way|пожалуйста|теперь|впредь|отныне|спасибо|хорошо))+$",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    private static final Pattern AFTER_COMMAND = Pattern.compile(
            ",? (?:please|for me|thanks?|thank you|пожалуйста|плиз|спасибо)$",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private CommandRules() {}

    private static Rule rule(Intent intent, String pattern) {
        return new Rule(
                intent,
                Pattern.compile(
                        "(?:" + pattern + ")", Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL));
    }

    /** The command that the whole message is, else the one that it is without its opening. */
    static Optional<Command> find(String message, Utterance utterance) {
        return match(Utterance.plain(message), false).or(() -> match(utterance.text(), utterance.asked()));
    }

    private static Optional<Command> match(String plain, boolean asked) {
        String bare = plain.replaceAll("[\\s\\p{Punct}\\p{So}…]+$", "");
        String polite = AFTER_COMMAND.matcher(bare).replaceFirst("");
        return match(plain, bare, asked).or(() -> polite.equals(bare) ? Optional.empty() : match(plain, polite, asked));
    }

    private static Optional<Command> match(String plain, String bare, boolean asked) {
        String whole = plain.replaceAll(asked ? "[\\s.!?]+$" : "[\\s.!]+$", "");
        for (Rule rule : RULES) {
            boolean open = rule.pattern().matcher("").groupCount() > 0;
            String text = open ? whole : bare;
            Matcher matcher = rule.pattern().matcher(text.replace('ё', 'е').replace('Ё', 'Е'));
            if (matcher.matches()) {
                String argument = open && matcher.group(1) != null
                        ? text.substring(matcher.start(1), matcher.end(1)).strip()
                        : "";
                if (rule.intent() != Intent.SET_NAME) {
                    return Optional.of(new Command(rule.intent(), argument));
                }
                String name = AFTER_NAME.matcher(argument).replaceFirst("").strip();
                if (isName(name)) {
                    return Optional.of(new Command(rule.intent(), name));
                }
            }
        }
        return Optional.empty();
    }

    /** Whether the words can be how somebody wants to be called, rather than "call me back tomorrow". */
    private static boolean isName(String words) {
        return words.length() <= 100
                && NAME.matcher(words).matches()
                && !NOT_A_NAME
                        .matcher(words.replace('ё', 'е').replace('Ё', 'Е'))
                        .matches();
    }
}
