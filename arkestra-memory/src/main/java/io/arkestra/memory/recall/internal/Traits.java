package io.arkestra.memory.recall.internal;

import java.util.regex.Pattern;

/**
 * What a text is like, whatever it is about.
 *
 * @param question it asks
 * @param words how many it has
 * @param time it names a time: a date, a weekday, "yesterday", "last week", «в прошлом году»
 * @param number it has a number, in digits or words
 */
record Traits(boolean question, int words, boolean time, boolean number) {
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;
    private static final Pattern TIME = Pattern.compile(
            "\\b(yesterday|today|tonight|tomorrow|ago|(last|next|this|past|previous) (week\\w*|month|year|night|summer|winter|spring|fall"
                    + "|autumn|mon\\w*|tue\\w*|wed\\w*|thu\\w*|fri\\w*|sat\\w*|sun\\w*|few|two|couple)|monday|tuesday|wednesday|thursday|friday"
                    + "|saturday|sunday|weekend|january|february|april|june|july|august|september|october|november|december"
                    + "|in (march|may)|since|for \\w+ (days|weeks|months|years)|(19|20)\\d\\d|recently"
                    + "|вчера|позавчера|сегодня|завтра|послезавтра|назад|прошл\\w+|следующ\\w+|на этой неделе|недавно"
                    + "|понедельник\\w*|вторник\\w*|сред[уы]|четверг\\w*|пятниц\\w+|суббот\\w+|воскресень\\w+|выходны\\w+"
                    + "|январ\\w+|феврал\\w+|март[еа]|апрел\\w+|ма[ея]|июн\\w+|июл\\w+|август\\w*|сентябр\\w+|октябр\\w+|ноябр\\w+|декабр\\w+)\\b",
            FLAGS);
    private static final Pattern NUMBER = Pattern.compile(
            "\\d|\\b(one|two|three|four|five|six|seven|eight|nine|ten|dozen|couple|hundred|twice|once|first|second|third"
                    + "|один|одна|два|две|три|четыре|пять|шесть|семь|восемь|девять|десять|сто|дважды|двое|трое|пар[уа])\\b",
            FLAGS);

    static Traits of(String text) {
        return new Traits(
                QuestionForm.isQuestion(text),
                SPACE.split(text.strip()).length,
                TIME.matcher(text).find(),
                NUMBER.matcher(text).find());
    }
}
