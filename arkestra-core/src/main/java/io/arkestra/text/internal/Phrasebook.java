package io.arkestra.text.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The sentences of one language, by key; {@code {0}}, {@code {1}}, … are replaced by the arguments. Immutable. */
public final class Phrasebook {
    private static final Phrasebook ENGLISH = new Phrasebook(Language.ENGLISH, "phrases_en.properties", false);
    private static final Phrasebook RUSSIAN = new Phrasebook(Language.RUSSIAN, "phrases_ru.properties", false);
    private static final Phrasebook RUSSIAN_FAMILIAR = new Phrasebook(Language.RUSSIAN, "phrases_ru.properties", true);
    /** After the key of a sentence that says ты where the other says вы. */
    private static final String FAMILIAR = ".ty";

    private final Properties phrases = new Properties();
    private final Locale locale;
    private final boolean familiar;
    private final DateTimeFormatter moment;
    private final DateTimeFormatter momentWithDay;
    private final DateTimeFormatter day;
    private final DateTimeFormatter date;
    private final DateTimeFormatter time;
    private final DateTimeFormatter clock;

    private Phrasebook(Locale locale, String resource, boolean familiar) {
        this.locale = locale;
        this.familiar = familiar;
        try (InputStream in = Phrasebook.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("Resource " + resource + " is missing from the jar");
            }
            phrases.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        moment = DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm", locale);
        momentWithDay = DateTimeFormatter.ofPattern("EEEE, d MMMM yyyy, HH:mm", locale);
        day = DateTimeFormatter.ofPattern("EEEE, d MMMM yyyy", locale);
        date = DateTimeFormatter.ofPattern("d MMMM yyyy", locale);
        clock = DateTimeFormatter.ofPattern("HH:mm", locale);
        time = DateTimeFormatter.ofPattern("HH:mm:ss", locale);
    }

    public static Phrasebook of(Locale locale) {
        if (!Language.isRussian(locale)) {
            return ENGLISH;
        }
        return Language.isFamiliar(locale) ? RUSSIAN_FAMILIAR : RUSSIAN;
    }

    /** The sentence with this key. Every key exists in every language; those that address somebody may exist in a familiar form. */
    public String say(String key, Object... arguments) {
        String text = phrases.getProperty(key);
        if (familiar) {
            text = phrases.getProperty(key + FAMILIAR, text);
        }
        if (text == null) {
            throw new IllegalArgumentException("There is no phrase '" + key + "'");
        }
        for (int i = 0; i < arguments.length; i++) {
            text = text.replace("{" + i + "}", String.valueOf(arguments[i]));
        }
        return text;
    }

    /** Whether there is a sentence with this key. */
    public boolean has(String key) {
        return phrases.containsKey(key);
    }

    /** Date and time, for quoting. */
    public String moment(Instant at, ZoneId zone) {
        return moment.format(at.atZone(zone));
    }

    /** Weekday, date, time and, when it is not on the minute, seconds; for confirming. */
    public String momentWithDay(ZonedDateTime at) {
        String text = momentWithDay.format(at);
        return at.getSecond() == 0 ? text : text.substring(0, text.length() - 5) + time.format(at);
    }

    /** Hours and minutes. */
    public String time(ZonedDateTime at) {
        return clock.format(at);
    }

    /** The name of a day of the week. */
    public String weekday(DayOfWeek value) {
        return value.getDisplayName(TextStyle.FULL, locale);
    }

    public String day(ZonedDateTime at) {
        return day.format(at);
    }

    /** From one day to another, in the cases that the words before them ask for. */
    public String days(ZonedDateTime from, ZonedDateTime to) {
        return say(
                "days", weekday("weekdays.from", from), date.format(from), weekday("weekdays.to", to), date.format(to));
    }

    private String weekday(String forms, ZonedDateTime at) {
        return say(forms).split(" ")[at.getDayOfWeek().getValue() - 1];
    }

    /**
     * What limited a recall. Parts that come from elsewhere write it in English; known sentences are said in this language, and for any
     * other one only that there was something.
     */
    public String recallNote(String english) {
        if (this == ENGLISH) {
            return english;
        }
        for (int i = 1; phrases.containsKey("recall.note." + i); i++) {
            Matcher matcher = Pattern.compile(ENGLISH.say("recall.note." + i)).matcher(english);
            if (matcher.matches()) {
                return say("recall.note." + i, matcher.groupCount() > 0 ? matcher.group(1) : "");
            }
        }
        return say("recall.note.other");
    }

    /** Of all sentences, without their familiar forms. */
    Set<String> keys() {
        Set<String> keys = new TreeSet<>(phrases.stringPropertyNames());
        keys.removeIf(key -> key.endsWith(FAMILIAR));
        return keys;
    }

    /** Of the sentences that have a familiar form. */
    Set<String> familiarKeys() {
        return phrases.stringPropertyNames().stream()
                .filter(key -> key.endsWith(FAMILIAR))
                .map(key -> key.substring(0, key.length() - FAMILIAR.length()))
                .collect(Collectors.toSet());
    }
}
