package io.arkestra.offline.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message without what only opens it: greetings, fillers and polite forms ("Hi! Could you please …", «Привет, не могли бы вы …»).
 *
 * @param text what is left; never blank
 * @param asked whether it was put as a polite question, so that its question mark means nothing
 */
record Utterance(String text, boolean asked) {
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;

    private static final Pattern FILLER = Pattern.compile(
            "^(?:(?:hi|hello|hey|good (?:morning|afternoon|evening)|ok|okay|so|well|and|now|also|alright|right|please|pls|kindly"
                    + "|thanks|thank you|listen|by the way|btw|arkestra|assistant|just"
                    + "|привет|здравствуй(?:те)?|добрый (?:день|вечер)|доброе утро|ок|окей|ладно|хорошо|так|ну|а|и|да|вот"
                    + "|слушай(?:те)?|послушай(?:те)?|спасибо|пожалуйста|плиз|кстати|аркестра|просто|теперь"
                    + "|будь(?:те)? (?:так )?(?:добры?|добра|любезн[аы]?|любезен))(?:,? (?:there|arkestra|аркестра))?)"
                    + "(?:\\s*[,!.:;–—-]+\\s*|\\s+)(?=\\S)",
            FLAGS);

    private static final Pattern MODAL = Pattern.compile(
            "^(?:(?:can|could|would|will) you(?: (?:please|kindly|just))*,? "
                    + "|(?:would you mind|i(?:'d| would) like you to|i (?:want|need) you to|you (?:should|must|may|can)(?: please)?|let's) "
                    + "|(?:(?:ты |вы )?(?:не )?(?:мог(?:ла|ли)?(?: бы)?|можешь|можете|сможешь|сможете)(?: бы)?(?: ли)?(?: ты| вы)?"
                    + "|(?:мне )?(?:надо|нужно)|прошу(?: тебя| вас)?)(?: пожалуйста|, пожалуйста,?)? )(?=\\S)",
            FLAGS);

    private static final Pattern PLEASE =
            Pattern.compile("^([^,.:;!?]{1,60}),? (?:please|пожалуйста|плиз),(?= )", FLAGS);

    /** The message on one line, with plain apostrophes and without a "please" between commas near its beginning. */
    static String plain(String message) {
        String line = message.strip().replaceAll("\\s+", " ").replace('’', '\'').replace('`', '\'');
        return PLEASE.matcher(line).replaceFirst("$1");
    }

    static Utterance of(String message) {
        String text = plain(message);
        boolean asked = false;
        boolean changed = true;
        while (changed) {
            changed = false;
            Matcher filler = FILLER.matcher(text);
            if (filler.find()) {
                text = text.substring(filler.end());
                changed = true;
            }
            Matcher modal = MODAL.matcher(text);
            if (modal.find()) {
                text = text.substring(modal.end());
                asked = true;
                changed = true;
            }
        }
        return new Utterance(text, asked);
    }
}
