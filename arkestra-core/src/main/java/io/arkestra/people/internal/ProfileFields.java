package io.arkestra.people.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.WellFormed;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of a stored profile: what each may hold, how one is set, and how it is read. Every setter takes a body and returns a new
 * one; what does not fit is refused with a message that says what is expected.
 */
public final class ProfileFields {
    public static final String NAME = "name";
    public static final String ZONE = "zone";
    /** {@code en} or {@code ru}; absent: that of each message. */
    public static final String LANGUAGE = "language";
    /** {@code familiar} (ты) or {@code formal} (вы). */
    public static final String FORM = "form";
    /** What goes before the name: "Dr.". */
    public static final String TITLE = "title";
    /** How answers are to sound, at most {@value #MOST_TONES} wishes. */
    public static final String TONE = "tone";

    public static final String GOALS = "goals";
    /** What answers must not touch or do. */
    public static final String BOUNDARIES = "boundaries";
    /** How far the getting to know each other has come. */
    public static final String ONBOARDING = "onboarding";

    public static final String FAMILIAR = "familiar";
    public static final String FORMAL = "formal";
    public static final Set<String> LANGUAGES = Set.of("en", "ru");

    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_TITLE = 40;
    private static final int LONGEST_WISH = 300;
    private static final int MOST_TONES = 5;
    private static final int MOST_GOALS = 10;
    private static final int MOST_BOUNDARIES = 20;

    /** Wishes that take each other's place. */
    private static final Map<String, String> OPPOSITES = Map.of(
            "brief",
            "detailed",
            "detailed",
            "brief",
            "formal",
            "informal",
            "informal",
            "formal",
            "playful",
            "serious",
            "serious",
            "playful");

    private ProfileFields() {}

    /** Makes sure that a body that comes from anywhere holds what a profile may hold, and something at all. */
    static void check(Json body) {
        if (body.size() == 0) {
            throw new InvalidInputException("it holds nothing that a profile could tell");
        }
        body.string(NAME).ifPresent(name -> text("name", name, LONGEST_NAME));
        body.string(ZONE);
        body.string(LANGUAGE).ifPresent(ProfileFields::language);
        body.string(FORM).ifPresent(ProfileFields::form);
        body.string(TITLE).ifPresent(title -> text("title", title, LONGEST_TITLE));
        list(body, TONE, MOST_TONES);
        list(body, GOALS, MOST_GOALS);
        list(body, BOUNDARIES, MOST_BOUNDARIES);
        body.get(ONBOARDING).ifPresent(state -> {
            if (!state.isObject()) {
                throw new InvalidInputException("\"onboarding\" is no object");
            }
        });
    }

    private static void list(Json body, String key, int most) {
        List<Json> items = body.list(key);
        if (items.size() > most) {
            throw new InvalidInputException("\"" + key + "\" has " + items.size() + " texts; expected at most " + most);
        }
        items.forEach(item -> text(key, item.asString(), LONGEST_WISH));
    }

    public static Json name(Json body, String name) {
        return body.with(NAME, Json.of(text("name", name, LONGEST_NAME)));
    }

    public static Json zone(Json body, String zone) {
        try {
            return body.with(ZONE, Json.of(ZoneId.of(zone.strip()).getId()));
        } catch (DateTimeException e) {
            throw new InvalidInputException(
                    "'" + zone + "' is no time zone; expected for example Europe/Berlin or UTC+3", e);
        }
    }

    /** @param language {@code en}, {@code ru}, or {@code auto} for that of each message */
    public static Json language(Json body, String language) {
        return language.equals("auto") ? body.without(LANGUAGE) : body.with(LANGUAGE, Json.of(language(language)));
    }

    private static String language(String language) {
        if (!LANGUAGES.contains(language)) {
            throw new InvalidInputException("The language is '" + language + "'; expected one of auto, en, ru");
        }
        return language;
    }

    public static Json form(Json body, String form) {
        return body.with(FORM, Json.of(form(form)));
    }

    private static String form(String form) {
        if (!form.equals(FAMILIAR) && !form.equals(FORMAL)) {
            throw new InvalidInputException("The form of address is '" + form + "'; expected familiar or formal");
        }
        return form;
    }

    public static Json title(Json body, String title) {
        return body.with(TITLE, Json.of(text("title", title, LONGEST_TITLE)));
    }

    /** Adds a wish; it takes the place of its opposite, and of the oldest one when there are too many. */
    public static Json tone(Json body, String wish) {
        String clean = text("tone", wish, LONGEST_WISH);
        List<String> tones = new ArrayList<>(texts(body, TONE));
        tones.remove(OPPOSITES.getOrDefault(clean, ""));
        tones.removeIf(clean::equalsIgnoreCase);
        tones.add(clean);
        return body.with(TONE, Json.strings(tones.subList(Math.max(0, tones.size() - MOST_TONES), tones.size())));
    }

    public static Json goal(Json body, String goal) {
        return added(body, GOALS, goal, MOST_GOALS);
    }

    public static Json boundary(Json body, String boundary) {
        return added(body, BOUNDARIES, boundary, MOST_BOUNDARIES);
    }

    private static Json added(Json body, String key, String text, int most) {
        String clean = text(key, text, LONGEST_WISH);
        List<String> texts = new ArrayList<>(texts(body, key));
        if (texts.stream().anyMatch(clean::equalsIgnoreCase)) {
            return body;
        }
        if (texts.size() == most) {
            throw new InvalidInputException(
                    "There are " + most + " " + key + " already; clear them before adding more");
        }
        texts.add(clean);
        return body.with(key, Json.strings(texts));
    }

    public static Json cleared(Json body, String key) {
        return body.without(key);
    }

    private static String text(String what, String text, int longest) {
        String clean = WellFormed.text(text).strip().replaceAll("\\s+", " ");
        if (clean.isEmpty() || clean.length() > longest) {
            throw new InvalidInputException(
                    "The " + what + " has " + clean.length() + " characters; expected 1 to " + longest);
        }
        return clean;
    }

    public static List<String> texts(Json body, String key) {
        return body.list(key).stream().map(Json::asString).toList();
    }

    /** What strangers could have worded: lists and texts as they are, without wishes of the known sorts. */
    static List<String> worded(Json body, String key) {
        Optional<Json> value = body.get(key);
        if (value.filter(Json::isString).isPresent()) {
            return List.of(value.get().asString());
        }
        return texts(body, key).stream()
                .filter(text -> !key.equals(TONE) || !OPPOSITES.containsKey(text))
                .toList();
    }

    /** The language that the user wants; empty when it is that of each message. */
    public static Optional<Locale> wantedLanguage(Json body) {
        return body.string(LANGUAGE).map(Locale::forLanguageTag);
    }

    /** Whether the user is said ты to. */
    public static boolean isFamiliar(Json body) {
        return body.string(FORM).filter(FAMILIAR::equals).isPresent();
    }

    /** The name as it is said: with the title, unless the tone is familiar. */
    public static String addressed(Json body, String name) {
        return body.string(TITLE)
                .filter(title -> !isFamiliar(body))
                .map(title -> title + " " + name)
                .orElse(name);
    }

    /** What prompts tell of a user beside name and zone, which belong to the situation; empty when there is nothing. */
    public static Json forPrompt(Json body) {
        return picked(body, List.of(FORM, TITLE, LANGUAGE, TONE, GOALS, BOUNDARIES));
    }

    /** The short form: what bears on how a message is sorted. */
    public static Json forPromptInShort(Json body) {
        return picked(body, List.of(FORM, LANGUAGE, TONE, BOUNDARIES));
    }

    private static Json picked(Json body, List<String> keys) {
        Json.ObjectBuilder picked = Json.object();
        for (String key : keys) {
            body.get(key)
                    .filter(value -> !value.isArray() || !value.items().isEmpty())
                    .ifPresent(value -> picked.put(key, value));
        }
        return picked.build();
    }
}
